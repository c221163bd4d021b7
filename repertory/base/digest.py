"""Digests: short names for what a step reads, so that the same is never made twice."""

from hashlib import blake2b

SIZE = 16  # bytes: among 2^40 different inputs, two would be alike once in 2^48 builds


def digest(*parts: bytes | str) -> bytes:
    """Return the digest of texts and bytes, 16 bytes; where one ends and the next begins counts."""
    found = blake2b(digest_size=SIZE)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.digest()
