"""A collection in Milvus: at a server, or in this process and a file; needs the extra `server`."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from engine.collection.milvus_file import MilvusFile, is_silence, reason
from engine.collection.milvus_newest import KeyedRows, newest_keys
from engine.collection.milvus_rows import expression, key, row, unescape
from engine.collection.store import (
    EVERYWHERE,
    MOST,
    MOST_HOSTS,
    Held,
    StoreMatch,
    Where,
    check_records,
    no_collection,
    other_encoder,
)
from engine.elsewhere import Record
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
_LONGEST = 24_000  # a path, in bytes; Linux knows 4,096, escaped at most fivefold
_INDEXES = {  # vectors by their cosine, and what searches are narrowed by
    "vector": {"index_type": "AUTOINDEX", "metric_type": "COSINE"},
    **{field: {"index_type": "INVERTED"} for field in ("host", "path", "taken")},
}


class MilvusStore:
    """A `Store` in one Milvus collection for each model.

    The collection is named after a hash of the model's, which its description tells. Records have the hash of
    host and path as primary key, so that machines never meet in a row. Each has its vector, also where files
    share a content: what Milvus finds is a row, it joins none, and a filter looks at what stands in the row.
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
        self._lite = MilvusFile(address) if address.endswith(".db") else None
        self._client: Any = None
        try:
            self._client = self._connect(self._lite.uri if self._lite else address)
            self._call(self._prepare, make=make)
        except BaseException:
            self.close()
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

    def newest(self, k: int, where: Where = EVERYWHERE, after: Record | None = None) -> list[Record]:
        """See `Store`; within a second they come by their keys."""
        rows = KeyedRows(self._count, self._query_dates, self._by_key)
        place = None if after is None else (after.taken, key(after.host, after.path))
        while keys := newest_keys(rows, k, where, place):
            found = {one["id"]: self._record(one) for one in self._get(keys)}
            if found:  # else all of them have just gone
                return [found[one] for one in keys if one in found]
        return []

    def fetch(self, host: str, path: str) -> Record | None:
        """See `Store`."""
        rows = self._get([key(host, path)])
        return self._record(rows[0]) if rows else None

    def hosts(self) -> list[str]:
        """See `Store`; Milvus gives no different values, so that each known one is left out."""
        hosts: list[str] = []
        while len(hosts) < MOST_HOSTS:
            rest = f"host not in {json.dumps(hosts, ensure_ascii=False)}" if hosts else ""
            rows = self._query(rest, ["host"], _STRONG, limit=1)
            if not rows:
                break
            hosts.append(str(rows[0]["host"]))
        return sorted(hosts)

    def count(self, where: Where = EVERYWHERE) -> int:
        """See `Store`."""
        return self._count(expression(where), _STRONG)

    def iter_held(self, where: Where) -> Iterator[Held]:
        """See `Store`."""
        fields = ["path", "digest", "taken"]
        for one in self._iter_rows(expression(where), fields, _STRONG):
            yield Held(unescape(one["path"]), bytes.fromhex(one["digest"]), int(one["taken"]))

    def close(self) -> None:
        """See `Store`."""
        try:
            if self._client is not None:
                self._client.close()  # pymilvus keeps it connected else
        finally:
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
                f"The collection at {self._address} does not answer: {reason(error)}."
            ) from error

    def _prepare(self, *, make: bool) -> None:
        """Make the collection unless it is there; another machine may be faster."""
        client, name = self._client, self._name
        if not make and not client.has_collection(name, timeout=_CONNECT_S):
            raise self._lacking()
        if not client.has_collection(name, timeout=_CONNECT_S):
            try:
                client.create_collection(
                    name, schema=self._schema(), consistency_level=_STRONG, timeout=_WRITE_S
                )
            except MilvusException:
                if not client.has_collection(name, timeout=_CONNECT_S):
                    raise
        if len(client.list_indexes(name, timeout=_CONNECT_S)) < len(_INDEXES):
            for field in _INDEXES:  # it is new, or who made it was stopped, or is making it now
                self._make_index(field)
        client.load_collection(name, timeout=_WRITE_S)  # once all are there: milvus-lite unloads for each

    def _make_index(self, field: str) -> None:
        """Index a field unless it is; another machine may be faster."""
        client, name = self._client, self._name
        if client.list_indexes(name, field, timeout=_CONNECT_S):
            return
        wanted = client.prepare_index_params()
        wanted.add_index(field, **_INDEXES[field])
        try:
            # Nothing is in it yet, which takes no time to index; waiting would look twice a second.
            client.create_index(name, wanted, timeout=_WRITE_S, sync=False)
        except MilvusException:
            if not client.list_indexes(name, field, timeout=_CONNECT_S):
                raise

    def _lacking(self) -> StoreError:
        """Return what to say where there is no collection of this model."""
        others = [
            str(self._client.describe_collection(name, timeout=_CONNECT_S).get("description", ""))
            for name in self._client.list_collections(timeout=_CONNECT_S)
            if name.startswith(_PREFIX)
        ]
        if not others:
            return no_collection(self._address)
        return other_encoder(
            self._address, model=self.model, other=others[0].removeprefix(_DESCRIBED) or "unknown"
        )

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

    def _count(self, text: str, consistency: str = _OWN) -> int:
        """Return how many rows an expression leaves."""
        fields = ["count(*)"]
        return int(self._query(text, fields, consistency)[0]["count(*)"])

    def _query_dates(self, text: str) -> list[tuple[int, str]]:
        """Return date and key of what an expression leaves."""
        rows = self._query(text, ["id", "taken"], _OWN, limit=MOST)
        return [(int(one["taken"]), str(one["id"])) for one in rows]

    def _by_key(self, text: str, k: int) -> list[str]:
        """Return the first k keys that an expression leaves, in their order."""
        return [str(row["id"]) for row in self._iter_rows(text, ["id"], _OWN, k)]

    def _query(self, text: str, fields: list[str], consistency: str, **options: int) -> Any:
        return self._call(
            self._client.query,
            self._name,
            filter=text,
            output_fields=fields,
            consistency_level=consistency,
            timeout=_SEARCH_S,
            **options,
        )

    def _iter_rows(self, text: str, fields: list[str], consistency: str, most: int = -1) -> Iterator[Any]:
        """Yield what an expression leaves, in the order of its keys; all, or as many as asked for."""
        pages = self._call(
            self._client.query_iterator,
            self._name,
            batch_size=_PAGE if most < 0 else min(most, _PAGE),
            limit=most,
            filter=text,
            output_fields=fields,
            consistency_level=consistency,
            timeout=_WRITE_S,
        )
        try:
            while page := self._call(pages.next):
                yield from page
        finally:
            pages.close()

    def _get(self, keys: list[str]) -> Any:
        fields = ["id", *_FIELDS]
        return self._call(self._client.get, self._name, ids=keys, output_fields=fields, timeout=_SEARCH_S)

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
            if isinstance(error, MilvusException) and not is_silence(error):
                raise StoreError(
                    f"The collection at {self._address} cannot be used: {reason(error)}."
                ) from error
            raise StoreError(
                f"The collection at {self._address} does not answer: {reason(error)}."
            ) from error


def _is_refusal(error: Exception) -> bool:
    """Return whether the server wants another token, or one at all."""
    words = f"{error} {error.__cause__ or ''}".lower()
    return "unauthenticated" in words or "auth check" in words or "unauthorized" in words
