"""A collection in Milvus: at a server, or in this process and a file; needs the extra `server`."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from engine.collection.milvus_rows import expression, key, row, unescape
from engine.collection.store import (
    EVERYWHERE,
    MOST_HOSTS,
    Held,
    Record,
    StoreMatch,
    Where,
    check_records,
    no_collection,
    other_encoder,
)
from engine.errors import StoreError
from engine.offline import silence_libraries
from engine.state.records import Vector

silence_libraries()
os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it writes to the terminal, as do the loggers below
try:
    from pymilvus import DataType, MilvusClient, MilvusException
except ImportError as error:
    raise StoreError(
        "A collection in Milvus needs the optional package pymilvus: install ffmln with the extra `server`."
    ) from error

for _name in ("pymilvus", "milvus_lite", "grpc"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # what goes wrong is raised as well

TOKEN = "FFMLN_STORE_TOKEN"
"""The environment variable that holds what the server asks for: a token, or `user:password`."""

_CONNECT_S, _SEARCH_S, _WRITE_S = 4.0, 5.0, 60.0
_BATCH = 500  # records in one message: a megabyte, of 64 at most
_PAGE = 4_000  # records listed at once
_PREFIX, _DESCRIBED = "ffmln_", "photos by "
_STRONG, _OWN = "Strong", "Session"
_FIELDS = ["host", "path", "digest", "taken", "vector"]
_LONGEST = 16_000  # a path, in bytes; Linux knows 4,096, escaped at most fourfold


class MilvusStore:
    """A `Store` in one Milvus collection for each model.

    The collection is named after a hash of the model's, which its description tells. Records have the hash of
    host and path as primary key, so that machines never meet in a row.
    """

    def __init__(self, address: str, model: str, dim: int, *, make: bool = True) -> None:
        """Connect, and make the collection if there is none.

        Args:
            address: `http://HOST:PORT`, or a file that ends in `.db`.
            model: whose vectors.
            dim: their length.
            make: whether to make it; otherwise it has to be there.

        Raises:
            StoreError: it does not answer within seconds, cannot be used, or is not there and not to be made.
        """
        if not make and address.endswith(".db") and not os.path.exists(os.path.expanduser(address)):
            raise no_collection(address)
        self.model, self.dim, self._address = model, dim, address
        self._name = _PREFIX + hashlib.sha256(f"{model}\0{dim}".encode()).hexdigest()[:16]
        self._lite = _Lite(address) if address.endswith(".db") else None
        try:
            self._client = self._connect(self._lite.uri if self._lite else address)
            self._call(self._prepare, make=make)
        except BaseException:
            if self._lite:
                self._lite.close()
            raise

    def upsert(self, records: Sequence[Record]) -> None:
        """See `Store`."""
        check_records(self, records)
        rows = list({(record.host, record.path): row(record) for record in records}.values())
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            self._call(self._client.upsert, self._name, batch, timeout=_WRITE_S)

    def delete(self, host: str, paths: Iterable[str]) -> None:
        """See `Store`."""
        keys = [key(host, path) for path in paths]
        for start in range(0, len(keys), _PAGE):
            batch = keys[start : start + _PAGE]
            self._call(self._client.delete, self._name, ids=batch, timeout=_WRITE_S)

    def search(self, vector: Vector, k: int, where: Where = EVERYWHERE) -> list[StoreMatch]:
        """See `Store`."""
        found = self._call(
            self._client.search,
            self._name,
            data=[vector.astype(np.float32)],
            limit=k,
            filter=expression(where),
            output_fields=_FIELDS,
            consistency_level=_OWN,
            timeout=_SEARCH_S,
        )
        return [StoreMatch(self._record(hit["entity"]), float(hit["distance"])) for hit in found[0]]

    def fetch(self, host: str, path: str) -> Record | None:
        """See `Store`."""
        rows = self._call(
            self._client.get,
            self._name,
            ids=[key(host, path)],
            output_fields=_FIELDS,
            timeout=_SEARCH_S,
        )
        return self._record(rows[0]) if rows else None

    def hosts(self) -> list[str]:
        """See `Store`; Milvus gives no different values, so that each known one is left out."""
        hosts: list[str] = []
        while len(hosts) < MOST_HOSTS:
            rest = f"host not in {json.dumps(hosts, ensure_ascii=False)}" if hosts else ""
            rows = self._call(
                self._client.query,
                self._name,
                filter=rest,
                limit=1,
                output_fields=["host"],
                consistency_level=_STRONG,
                timeout=_SEARCH_S,
            )
            if not rows:
                break
            hosts.append(str(rows[0]["host"]))
        return sorted(hosts)

    def count(self, where: Where = EVERYWHERE) -> int:
        """See `Store`."""
        rows = self._call(
            self._client.query,
            self._name,
            filter=expression(where),
            output_fields=["count(*)"],
            consistency_level=_STRONG,
            timeout=_SEARCH_S,
        )
        return int(rows[0]["count(*)"])

    def held(self, where: Where) -> Iterator[Held]:
        """See `Store`."""
        pages = self._call(
            self._client.query_iterator,
            self._name,
            batch_size=_PAGE,
            filter=expression(where),
            output_fields=["path", "digest", "taken"],
            consistency_level=_STRONG,
            timeout=_WRITE_S,
        )
        try:
            while page := self._call(pages.next):
                for row in page:
                    yield Held(unescape(row["path"]), bytes.fromhex(row["digest"]), int(row["taken"]))
        finally:
            pages.close()

    def close(self) -> None:
        """See `Store`."""
        self._client.close()
        if self._lite:
            self._lite.close()

    def _connect(self, uri: str) -> Any:
        token = os.environ.get(TOKEN, "")
        # a pool of its own: else who connects anew is refused for as long as who was connected before
        options = {"grpc.use_local_subchannel_pool": 1, "grpc.enable_http_proxy": int(not self._lite)}
        try:
            return MilvusClient(uri, token=token, timeout=_CONNECT_S, grpc_options=options, dedicated=True)
        except Exception as error:  # whatever stands at that address may answer anything
            if _is_refusal(error):
                raise StoreError(
                    f"The collection at {self._address} does not let you in: check {TOKEN}."
                ) from error
            raise StoreError(
                f"The collection at {self._address} does not answer: {_reason(error)}."
            ) from error

    def _prepare(self, *, make: bool) -> None:
        """Make the collection unless it is there; another machine may be faster."""
        client, name = self._client, self._name
        if not make and not client.has_collection(name, timeout=_CONNECT_S):
            raise self._lacking()
        if not client.has_collection(name, timeout=_CONNECT_S):
            try:
                client.create_collection(name, schema=self._schema(), timeout=_WRITE_S)
                # Nothing is in it yet, which takes no time to index; waiting would look twice a second.
                client.create_index(name, _indexes(client), timeout=_WRITE_S, sync=False)
            except MilvusException:
                if not client.has_collection(name, timeout=_CONNECT_S):
                    raise
        client.load_collection(name, timeout=_WRITE_S)

    def _lacking(self) -> StoreError:
        """Return what to say where there is no collection of this model."""
        others = [
            str(self._client.describe_collection(name, timeout=_CONNECT_S).get("description", ""))
            for name in self._client.list_collections(timeout=_CONNECT_S)
            if name.startswith(_PREFIX)
        ]
        if not others:
            return no_collection(self._address)
        return other_encoder(self._address, self.model, others[0].removeprefix(_DESCRIBED) or "unknown")

    def _schema(self) -> Any:
        schema = MilvusClient.create_schema(
            auto_id=False, enable_dynamic_field=False, description=f"{_DESCRIBED}{self.model}"
        )
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
        for field, longest in (("host", 800), ("path", _LONGEST), ("digest", 64), ("model", 1_000)):
            schema.add_field(field, DataType.VARCHAR, max_length=longest)
        schema.add_field("taken", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self.dim)
        return schema

    def _record(self, entity: dict[str, Any]) -> Record:
        return Record(
            entity["host"],
            unescape(entity["path"]),
            bytes.fromhex(entity["digest"]),
            int(entity["taken"]),
            self.model,
            np.asarray(entity["vector"], np.float32),
        )

    def _call(self, work: Callable[..., Any], *words: Any, **options: Any) -> Any:
        """Ask Milvus for something.

        Raises:
            StoreError: it does not answer, or refuses.
        """
        try:
            return work(*words, **options)
        except StoreError:
            raise
        except Exception as error:  # pymilvus lets gRPC's own through
            if isinstance(error, MilvusException) and not _is_silence(error):
                raise StoreError(
                    f"The collection at {self._address} cannot be used: {_reason(error)}."
                ) from error
            raise StoreError(
                f"The collection at {self._address} does not answer: {_reason(error)}."
            ) from error


class _Lite:
    """Milvus in threads of this process, over a file, which no other process opens meanwhile."""

    def __init__(self, address: str) -> None:
        try:
            from milvus_lite import DataDirLockedError
            from milvus_lite.adapter.grpc.server import start_server_in_thread
        except ImportError as error:
            raise StoreError(
                "A collection in a file needs the optional package milvus-lite: install it with pip."
            ) from error
        path = os.path.expanduser(address)
        try:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
            self._server, self._database, port = start_server_in_thread(path, host="127.0.0.1", port=0)
        except DataDirLockedError as error:
            raise StoreError(
                f"The collection {address} is open in another program: let it finish, or use a server."
            ) from error
        except Exception as error:
            raise StoreError(f"The collection at {address} cannot be used: {_reason(error)}.") from error
        self.uri = f"http://127.0.0.1:{port}"

    def close(self) -> None:
        """End the threads and let go of the file."""
        self._server.stop(grace=None).wait()
        self._database.close()


def _indexes(client: Any) -> Any:
    """Return what is indexed: vectors by their cosine, and what searches are narrowed by."""
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type="AUTOINDEX", metric_type="COSINE")
    for field in ("host", "path", "taken"):
        indexes.add_index(field, index_type="INVERTED")
    return indexes


def _is_silence(error: Exception) -> bool:
    """Return whether nobody answered in time, or at all."""
    words = str(error).lower()
    return "retry timeout" in words or "deadline" in words or "unavailable" in words


def _is_refusal(error: Exception) -> bool:
    """Return whether the server wants another token, or one at all."""
    words = f"{error} {error.__cause__ or ''}".lower()
    return "unauthenticated" in words or "auth check" in words or "unauthorized" in words


def _reason(error: Exception) -> str:
    """Return what went wrong in one line, without what only the library's authors want to know."""
    details = getattr(error, "details", None)
    text = details() if callable(details) else getattr(error, "message", "")
    if "Fail connecting" in str(text) or _is_silence(error):
        return "no Milvus server can be reached there"
    lines = str(text or error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")[:200]
