import json

from qa.calibration import Calibration
from qa.data.squad_form import Example
from qa.evaluation import evaluate_reader
from qa.reader import SHIPPED, Reader

CONTEXT = "Larkfield makes instruments in Duluth, Minnesota."


def test_scores_predictions_and_file_agree(tmp_path):
    asked = [
        Example(
            "a", "g", "Where does Larkfield make instruments?", CONTEXT, ("Duluth, Minnesota", "Duluth"), (31, 31), "s"
        ),
        Example("b", "g", "Who was the king of France in 1650?", CONTEXT, (), (), "s"),
        Example("c", "g", "What?", "", (), (), "s"),
    ]
    reader = Reader.from_pretrained(SHIPPED)
    allowed = evaluate_reader(reader, asked, dataset="toy", split="dev", null_allowed=True)
    assert allowed.metrics["exact_match"] == 100.0 and allowed.metrics["not_found"] == 2
    forced = evaluate_reader(reader, asked, dataset="toy", split="dev", null_allowed=False)
    assert forced.metrics["exact_match"] < 67
    allowed.write(tmp_path / "out" / "scores.json")
    stored = json.loads((tmp_path / "out" / "scores.json").read_text())
    assert [p["id"] for p in stored["predictions"]] == ["a", "b", "c"]
    assert stored["predictions"][0]["text"] == CONTEXT[31 : 31 + len(stored["predictions"][0]["text"])]
    assert set(allowed.summary()) == {"dataset", "split", "n", "metrics", "seconds"}


def test_a_threshold_moves_answers_to_no_answer():
    asked = [Example("a", "g", "Where does Larkfield make instruments?", CONTEXT, ("Duluth, Minnesota",), (31,), "s")]
    reader = Reader.from_pretrained(SHIPPED)
    reader.calibration = Calibration(threshold=1e6)
    assert evaluate_reader(reader, asked, dataset="t", split="d", null_allowed=True).metrics["f1"] == 0.0
