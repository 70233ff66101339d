"""Long studies: read as they were stored, made again only when asked for."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.course import studies

TABLE = pd.DataFrame({"k": [2, 3], "sse": [5.25, 1 / 3], "of": ["3d", "6d"]})


def never():
    raise AssertionError("a study was made that should have been read")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    stored, made = tmp_path / "studies", tmp_path / "made"
    stored.mkdir()
    made.mkdir()
    monkeypatch.setattr(studies, "STUDIES", stored)
    monkeypatch.setenv("HELPERS_TABLES", str(made))
    return stored, made


def test_a_study_is_kept_copied_and_read_back(folders):
    stored, made = folders
    assert studies.study("05-x", lambda: TABLE, thorough=True) is TABLE
    (made / "05-x.csv").rename(stored / "05-x.csv")
    again = studies.study("05-x", never)
    pd.testing.assert_frame_equal(again, TABLE, rtol=1e-6)
    assert not list(made.iterdir())


def test_without_a_folder_nothing_is_written(folders, monkeypatch):
    monkeypatch.delenv("HELPERS_TABLES")
    studies.keep(TABLE, "05-x")
    assert not any(list(folder.iterdir()) for folder in folders)
