from qa.demo import run


def test_the_demo_is_right_on_another_store(tmp_path, capsys):
    assert run(f"milvus+file://{tmp_path}/lite.db/demo")
    assert "6 of 6 right" in capsys.readouterr().out
