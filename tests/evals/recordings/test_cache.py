"""The disk cache: shared, disposable, and deaf to what somebody else planted in it."""

import asyncio
import bz2
import gzip
import json
import lzma
import pickle
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import diskcache
import pytest

from understudy.engine.domain.tool import ToolResult
from understudy.evals.recordings.cache import Cache
from understudy.evals.recordings.disk import LONGEST_VALUE, Database, RefusedRowError, StrictDisk
from understudy.evals.recordings.entry import RecordedAsk, RecordedCall, entry_to_json

from .worlds import Bomb, an_entry

KEY = "a" * 64


def plant(folder: Path, **columns: Any) -> None:
    """Write a row by hand, or over the row of the same key."""
    row = {"key": KEY, "raw": 1, "store_time": 0.0, "access_time": 0.0, "mode": 1, "value": "x", **columns}
    names = ", ".join(row)
    with closing(sqlite3.connect(folder / "cache.db")) as database, database:
        database.execute(
            f"INSERT OR REPLACE INTO Cache ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )


def filled(folder: Path) -> Cache:
    cache = Cache(folder)
    assert cache.put(an_entry(KEY))
    return cache


def test_what_was_put_is_got_by_this_and_every_later_process(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    assert cache.get(KEY) == an_entry(KEY)
    assert cache.get("b" * 64) is None
    assert Cache(tmp_path).get(KEY) == an_entry(KEY)
    assert cache.warnings == ()


def test_a_later_answer_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    cache.put(an_entry(KEY, turn=7))
    found = cache.get(KEY)
    assert found is not None
    assert found.turn == 7


def test_nothing_but_text_is_in_the_database_and_nothing_but_the_database_in_the_folder(tmp_path: Path) -> None:
    body = an_entry().body
    assert isinstance(body, RecordedAsk)
    Cache(tmp_path).put(an_entry(KEY, body=replace(body, reply="x" * 200_000)))
    with closing(sqlite3.connect(tmp_path / "cache.db")) as database:
        rows = database.execute("SELECT typeof(key), raw, mode, filename, typeof(value) FROM Cache").fetchall()
    assert rows == [("text", 1, 1, None, "text")]
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == {"cache.db"}


@pytest.mark.parametrize("kind", ["a pickled value", "a pickle file", "a pickle file under the mode of text"])
def test_planted_pickle_is_refused_as_a_miss_with_a_warning_and_never_run(tmp_path: Path, kind: str) -> None:
    folder, fired = tmp_path / "cache", tmp_path / "fired"
    cache = filled(folder)
    bomb = pickle.dumps(Bomb(fired))
    (folder / "bomb.val").write_bytes(bomb)
    match kind:
        case "a pickled value":
            plant(folder, mode=4, value=bomb)
        case "a pickle file":
            plant(folder, mode=4, value=None, filename="bomb.val")
        case _:
            plant(folder, mode=3, value=None, filename="bomb.val")
    assert cache.get(KEY) is None
    assert len(cache.warnings) == 1
    assert "is not plain text; it was not read" in cache.warnings[0]
    assert not fired.exists()
    # The same rows do harm where diskcache's own reading is used: the attack is a real one.
    if kind != "a pickle file under the mode of text":
        with diskcache.Cache(str(folder)) as careless:
            careless.get(KEY)
        assert fired.exists()


def test_a_planted_pickled_key_is_never_read(tmp_path: Path) -> None:
    folder, fired = tmp_path / "cache", tmp_path / "fired"
    cache = filled(folder)
    plant(folder, key=pickle.dumps(Bomb(fired)), raw=0)
    assert cache.get(KEY) == an_entry(KEY)
    with diskcache.Cache(str(folder), disk=StrictDisk) as strict, pytest.raises(RefusedRowError, match="is not text"):
        list(strict)
    assert not fired.exists()
    with diskcache.Cache(str(folder), disk=diskcache.Disk) as careless:
        list(careless)
    assert fired.exists()


@pytest.mark.parametrize("mode", [2, 3, 4])
def test_a_file_outside_the_folder_is_not_read(tmp_path: Path, mode: int) -> None:
    folder, outside = tmp_path / "cache", tmp_path / "private.json"
    cache = filled(folder)
    outside.write_text(json.dumps(entry_to_json(an_entry(KEY))), "utf-8")
    plant(folder, mode=mode, value=None, filename="../private.json")
    assert cache.get(KEY) is None
    assert "is not plain text" in cache.warnings[0]


def test_a_file_outside_the_folder_is_not_deleted_when_its_row_is_overwritten(tmp_path: Path) -> None:
    folder, outside = tmp_path / "cache", tmp_path / "private.json"
    cache = filled(folder)
    outside.write_text("{}", "utf-8")
    plant(folder, mode=3, value=None, filename="../private.json")
    assert cache.put(an_entry(KEY))
    assert cache.get(KEY) == an_entry(KEY)
    assert outside.exists()


def test_a_file_outside_the_folder_is_not_deleted_when_its_row_makes_room(tmp_path: Path) -> None:
    folder, outside = tmp_path / "cache", tmp_path / "private.json"
    cache = Cache(folder, size_limit=1)
    cache.put(an_entry(KEY))
    outside.write_text("{}", "utf-8")
    plant(folder, key="b" * 64, mode=3, value=None, filename="../private.json")
    cache.put(an_entry("c" * 64))
    with closing(sqlite3.connect(folder / "cache.db")) as database:
        assert database.execute("SELECT count(*) FROM Cache WHERE filename IS NOT NULL").fetchone() == (0,)
    assert outside.exists()


@pytest.mark.parametrize("name", ["_directory", "get", "disk_evil", "sqlite_temp_store_directory"])
def test_a_database_with_settings_that_no_cache_writes_is_not_opened(tmp_path: Path, name: str) -> None:
    filled(tmp_path / "cache").close()
    with closing(sqlite3.connect(tmp_path / "cache" / "cache.db")) as database, database:
        database.execute("INSERT INTO Settings VALUES (?, ?)", (name, str(tmp_path / "elsewhere")))
    cache = Cache(tmp_path / "cache")
    assert cache.get(KEY) is None
    assert f"its settings hold '{name}'" in cache.warnings[0]
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("{half", "is not JSON"),
        (json.dumps({**entry_to_json(an_entry(KEY)), "format": 99}), "by a newer Understudy"),
        (json.dumps({"format": 1}), "not a whole recording"),
        (json.dumps(entry_to_json(an_entry("b" * 64))), "the recording of something else"),
        (b"bytes", "is not plain text"),
        (7, "is not plain text"),
    ],
)
def test_an_entry_that_can_not_be_used_is_a_miss_with_a_warning(tmp_path: Path, value: object, problem: str) -> None:
    cache = filled(tmp_path)
    plant(tmp_path, value=value)
    assert cache.get(KEY) is None
    assert len(cache.warnings) == 1
    assert problem in cache.warnings[0]


def test_a_tools_result_is_not_believed_from_the_cache(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(an_entry(KEY, body=RecordedCall(arguments={}, caller={}, result=ToolResult(1))))
    assert cache.get(KEY) is None


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be taken for one" * 50])
def test_a_database_that_is_none_is_a_miss_and_never_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache.db").write_bytes(content)
    cache = Cache(tmp_path)
    assert cache.get(KEY) is None
    assert cache.put(an_entry(KEY)) is (content == b"")
    assert bool(cache.warnings) is (content != b"")


def test_a_folder_that_can_not_be_made_is_a_miss_and_never_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    cache = Cache(tmp_path / "file" / "cache")
    assert cache.get(KEY) is None
    assert cache.put(an_entry(KEY)) is False
    assert len(cache.warnings) == 2

    async def hold() -> None:
        async with cache.paying(KEY):
            pass

    asyncio.run(hold())
    assert "asks can't be locked" in cache.warnings[-1]


def test_a_folder_deleted_in_mid_run_is_made_again(tmp_path: Path) -> None:
    cache = filled(tmp_path / "cache")
    shutil.rmtree(tmp_path / "cache")
    assert cache.get(KEY) is None
    assert cache.put(an_entry(KEY))
    assert Cache(tmp_path / "cache").get(KEY) == an_entry(KEY)
    assert cache.warnings == ()


def test_the_oldest_make_room_when_the_limit_is_reached(tmp_path: Path) -> None:
    body = an_entry().body
    assert isinstance(body, RecordedAsk)
    big = replace(body, reply="x" * 50_000)
    limited = Cache(tmp_path / "limited", size_limit=1_000_000)
    for number in range(100):
        limited.put(an_entry(f"{number:064}", body=big))
    assert limited.get(f"{99:064}") is not None
    assert limited.get(f"{0:064}") is None
    assert (tmp_path / "limited" / "cache.db").stat().st_size < 2_000_000


@pytest.mark.parametrize("key", [1, b"x", ("a",), None])
def test_only_text_is_taken_for_a_key(tmp_path: Path, key: Any) -> None:
    with closing(Database(tmp_path, 10**6)) as database, pytest.raises(RefusedRowError, match="a key must be text"):
        database.put(key, "text")


@pytest.mark.parametrize("value", [1, b"x", ("a",), None, {"a": 1}])
def test_only_text_is_taken_for_a_value(tmp_path: Path, value: Any) -> None:
    with closing(Database(tmp_path, 10**6)) as database, pytest.raises(RefusedRowError, match="a value must be text"):
        database.put("key", value)


def test_two_who_want_to_pay_for_one_ask_go_one_after_the_other(tmp_path: Path) -> None:
    order: list[str] = []

    async def pay(name: str) -> None:
        async with Cache(tmp_path).paying(KEY):
            order.append(f"{name} starts")
            await asyncio.sleep(0.01)
            order.append(f"{name} ends")

    async def both() -> None:
        await asyncio.gather(pay("one"), pay("other"))

    asyncio.run(both())
    assert order == ["one starts", "one ends", "other starts", "other ends"]


def test_the_right_to_pay_dies_with_its_holder(tmp_path: Path) -> None:
    code = (
        "import asyncio, os, signal, sys; from pathlib import Path;"
        "from understudy.evals.recordings.cache import Cache\n"
        "async def hold():\n"
        "    async with Cache(Path(sys.argv[1])).paying('a' * 64): os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(hold())"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9

    async def hold() -> bool:
        async with Cache(tmp_path).paying(KEY):
            return True

    assert asyncio.run(hold())


def test_diskcache_is_not_imported_before_the_cache_is_used(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from understudy.evals.recordings import recorder, tools, cache;"
        "cache.Cache(Path(sys.argv[1])); sys.exit('diskcache' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_a_value_of_absurd_size_is_not_even_read(tmp_path: Path) -> None:
    cache = filled(tmp_path)
    cache.close()
    plant(tmp_path, value="x" * (LONGEST_VALUE + 1))
    assert cache.get(KEY) is None
    assert "too big" in cache.warnings[0]


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_bomb_is_not_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    cache = filled(tmp_path)
    plant(tmp_path, value=pack(b"\0" * 10_000_000))
    assert cache.get(KEY) is None
    assert "is not plain text" in cache.warnings[0]


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, '{"format":' + "9" * 10_000 + "}"])
def test_json_of_absurd_depth_or_numbers_is_a_miss(tmp_path: Path, deep: str) -> None:
    cache = filled(tmp_path)
    plant(tmp_path, value=deep)
    assert cache.get(KEY) is None
    assert "is not JSON" in cache.warnings[0]
