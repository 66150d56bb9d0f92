"""What the report says of operations and memory."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.data_analysis.memory import BAR, WITHOUT_TORCH, Reading, whole_stream
from experiments.data_analysis.operations import LONG, READS, Operation
from experiments.data_analysis.plots import curve_plot, memory_plot
from experiments.data_analysis.reading import PIECE
from experiments.report.document import Block, Listing, Paragraph, Table

_MEGA, _GIGA = 1e6, 1e9


def told_bar(readings: Sequence[Reading]) -> str:
    """Whether streaming held its bar, in a sentence."""
    streamed = whole_stream(readings)
    return (
        f"Streaming over {streamed.size / _GIGA:.2f} GB had {streamed.peak / _MEGA:,.0f} MB resident at most, "
        f"{'under' if streamed.peak < BAR else 'over'} the {BAR / _MEGA:.0f} MB that are asked for."
    )


def operation_table(operations: Sequence[Operation]) -> Table:
    """Each operation with its time and the memory after it."""
    rows = [
        [
            each.call,
            each.gives,
            f"{each.rows:,}",
            f"{each.seconds:.2f}",
            f"{each.rows / max(each.seconds, 1e-9):,.0f}",
            f"{each.resident / _MEGA:,.0f}",
        ]
        for each in operations
    ]
    caption = (
        f"Each once, reads the quickest of {READS}, in this order, in one process; f counts words, tokens, numbers and places, g asks "
        f"for more than {LONG} tokens. Resident memory is the process's, libraries included, as psutil tells it after the operation."
    )
    header = ["operation", "gives", "rows", "seconds", "rows a second", "resident, MB"]
    return Table(caption, header, rows, text=frozenset({0, 1}))


def memory_blocks(readings: Sequence[Reading], command: str) -> list[Block]:
    """Memory against the size of the data, and what it is."""
    rows = [
        [
            each.way,
            f"{each.size / _GIGA:.2f}",
            f"{each.records:,}",
            *(f"{n / _MEGA:,.0f}" for n in (each.before, each.opened, each.resident, each.own, each.peak)),
            f"{each.seconds:,.0f}",
        ]
        for each in readings
    ]
    header = [
        "way",
        "GB",
        "records",
        "before, MB",
        "opened, MB",
        "at the end, MB",
        "of it own, MB",
        "highest, MB",
        "seconds",
    ]
    caption = (
        "Generated filing text in JSON lines, read to the end one record at a time, each row by a process of its own; streams "
        f"parse pieces of {PIECE / _MEGA:.0f} MB (chunksize). Before: with Datasets imported. Own: not shared with files. Highest: "
        "the kernel's high-water mark, which sampling cannot miss."
    )
    return [
        Paragraph(told_bar(readings)),
        memory_plot(readings, command),
        Table(caption, header, rows),
        curve_plot(readings, command),
        Listing("What this says:", _says(readings)),
    ]


def _says(readings: Sequence[Reading]) -> list[str]:
    stream = whole_stream(readings)
    bare, mapped = (
        next(each for each in readings if (each.way, each.size) == (way, stream.size))
        for way in (WITHOUT_TORCH, "mapped")
    )
    return [
        f"A stream's memory does not depend on its length: {(stream.opened - stream.before) / _MEGA:,.0f} MB of it are torch, which "
        f"Datasets loads for streams where it is installed. With USE_TORCH=0 the highest is {bare.peak / _MEGA:,.0f} MB.",
        f"Of the {mapped.resident / _MEGA:,.0f} MB that reading mapped data leaves resident, {mapped.own / _MEGA:,.0f} MB are the "
        "process's own; the rest are pages of the file, which the kernel takes back when it needs the room.",
    ]
