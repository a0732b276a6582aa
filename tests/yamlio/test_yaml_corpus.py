"""Every file of the corpus is read, located and written again; its values and comments come back."""

import contextlib
import json
from pathlib import Path

import pytest

from translate.core.diagnostics import InputError
from translate.yamlio.comments import comments
from translate.yamlio.read import Document, read
from translate.yamlio.write import write

SHARED = Path(__file__).parents[3] / "shared"
FILES = sorted((SHARED / "corpus").glob("*/*"))
NO_CORPUS = pytest.mark.skipif(not FILES, reason="the corpus folder is not beside this checkout")


@pytest.fixture(scope="module")
def corpus() -> dict[str, list[Document]]:
    return {f"{path.parent.name}/{path.name}": read(path.read_bytes(), file=path.name) for path in FILES}


@NO_CORPUS
def test_every_file_is_read(corpus: dict[str, list[Document]]) -> None:
    assert len(corpus) == len(FILES)
    assert sum(map(len, corpus.values())) > 1500


@NO_CORPUS
def test_documents_count_as_the_server_was_given_them(corpus: dict[str, list[Document]]) -> None:
    for line in (SHARED / "vectors" / "apiserver-admission.jsonl").read_text().splitlines():
        entry = json.loads(line)
        value = corpus[entry["file"]][entry["index"]].value
        assert isinstance(value, dict)
        assert (value["kind"], value.get("metadata", {}).get("name")) == (entry["kind"], entry.get("name"))


@NO_CORPUS
def test_written_again_with_its_comments(corpus: dict[str, list[Document]]) -> None:
    for path in FILES:
        documents = [one for one in corpus[f"{path.parent.name}/{path.name}"] if isinstance(one.value, dict)]
        about = [comments(one.locator, one.index) for one in documents]
        text = write([one.value for one in documents if isinstance(one.value, dict)], about)
        written = read(text, file="")
        assert [one.value for one in written] == [one.value for one in documents], path.name
        again = [comments(one.locator, one.index) for one in written]
        assert again == about, path.name


@NO_CORPUS
def test_every_value_has_its_place(corpus: dict[str, list[Document]]) -> None:
    for name, documents in corpus.items():
        lines = (SHARED / "corpus" / name).read_text(encoding="utf-8-sig").splitlines()
        for document in documents:
            if isinstance(document.value, dict) and isinstance(document.value.get("kind"), str):
                line, column = document.place(("kind",))
                assert lines[line - 1][column - 1 :].strip("'\",").startswith(document.value["kind"]), (name, line)


@NO_CORPUS
def test_cut_off_anywhere_never_crashes() -> None:
    for path in FILES[::40]:
        data = path.read_bytes()
        for length in range(0, len(data), max(1, len(data) // 25)):
            with contextlib.suppress(InputError):
                read(data[:length], file=path.name)


@NO_CORPUS
def test_comments_are_the_same_by_lines_and_by_trees(corpus: dict[str, list[Document]]) -> None:
    for name, documents in corpus.items():
        for one in documents:
            assert comments(one.locator, one.index) == comments(one.locator, one.index, by_lines=False), name
