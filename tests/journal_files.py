"""A journal's files as bytes: taken away, damaged and put back."""

from __future__ import annotations

from pathlib import Path


def parts(path: Path) -> dict[Path, bytes]:
    """Give the bytes of the journal's files that last."""
    return {
        file: file.read_bytes()
        for file in (path, path.with_name(f"{path.name}-wal"))
        if file.exists() and file.stat().st_size
    }


def put(path: Path, files: dict[Path, bytes]) -> None:
    """Put files back, and nothing else."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    for file, content in files.items():
        file.write_bytes(content)


def flipped(content: bytes, place: int, bit: int = 0) -> bytes:
    """Give the content with one bit flipped."""
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
