"""Customers as an author holds them: who they are, what is known of them, and how they like things to be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..domain.session import GUEST, Customer
from ..domain.values import JSON
from ..errors import UnknownNameError
from ..ports import CustomerStore
from . import kinds
from .checking import checked, shown
from .names import readable_id
from .paging import Order, Page, page_of
from .relations import Tag, tag_ids


class CustomerHandle:
    """A customer of a server. What is changed holds in conversations that begin from then on."""

    __slots__ = ("_store", "value")

    def __init__(self, value: Customer, *, store: CustomerStore) -> None:
        self._store = store
        self.value = value
        """The customer as data, as it was when it was last looked up or changed."""

    def __repr__(self) -> str:
        return f"<Customer {self.id!r}>"

    @property
    def id(self) -> str:
        """The id."""
        return self.value.id

    @property
    def name(self) -> str:
        """What the customer is called."""
        return self.value.name

    @property
    def tags(self) -> tuple[str, ...]:
        """The groups that the customer belongs to; variables may have values for a group."""
        return self.value.tags

    @property
    def preferences(self) -> Mapping[str, JSON]:
        """How the customer likes things to be; prompts show it."""
        return self.value.preferences

    @property
    def metadata(self) -> "CustomerMetadata":
        """What is known of the customer; no prompt holds it."""
        return CustomerMetadata(self)

    async def update(self, *, name: str | None = None, preferences: Mapping[str, JSON] | None = None) -> None:
        """Change the name or some preferences; None forgets one. Raises ValueError for the guest."""
        await self.change(_changed(self.value, name=name, preferences=preferences))

    async def add_tag(self, *tags: Tag | str) -> None:
        """Put the customer into groups."""
        await self.change(_changed(self.value, tags=tags))

    async def remove_tag(self, *tags: Tag | str) -> None:
        """Take the customer out of groups."""
        await self.change(_changed(self.value, remove_tags=tags))

    async def change(self, value: Customer) -> None:
        """Keep the customer as it is now. Raises ValueError for the guest, who is nobody in particular."""
        if self.value.is_guest:
            raise ValueError("the guest stands for everybody who was not named: create a customer to say more of one")
        await self._store.save(value)
        self.value = value

    async def refresh(self) -> None:
        """Look the customer up again."""
        self.value = await self._store.load(self.id) or self.value


class CustomerMetadata(Mapping[str, JSON]):
    """What is known of a customer: read as it was, or looked up anew with get_now(), and changed for good."""

    def __init__(self, customer: CustomerHandle) -> None:
        self._customer = customer

    def __getitem__(self, key: str) -> JSON:
        return self._customer.value.metadata[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._customer.value.metadata)

    def __len__(self) -> int:
        return len(self._customer.value.metadata)

    async def get_now(self, key: str, default: JSON = None) -> JSON:
        """The value as it is kept now."""
        await self._customer.refresh()
        return self.get(key, default)

    async def set(self, key: str, value: JSON) -> None:
        """Note something. Raises ValueError for the guest."""
        await self._customer.refresh()
        await self._customer.change(_changed(self._customer.value, metadata={key: value}))

    async def delete(self, key: str) -> None:
        """Note something no longer; what was not noted is no error."""
        await self._customer.refresh()
        await self._customer.change(_changed(self._customer.value, unset_metadata=(key,)))


def _changed(
    known: Customer,
    *,
    name: str | None = None,
    preferences: Mapping[str, JSON] | None = None,
    metadata: Mapping[str, JSON] | None = None,
    unset_metadata: Sequence[str] = (),
    tags: Sequence[Tag | str] = (),
    remove_tags: Sequence[Tag | str] = (),
) -> Customer:
    """A customer with changes; a preference of None is forgotten, tags that are kept keep their place."""
    preferred = {**known.preferences, **(preferences or {})}
    noted = {key: value for key, value in known.metadata.items() if key not in unset_metadata}
    left = (tag for tag in known.tags if tag not in tag_ids(remove_tags))
    return replace(
        known,
        name=known.name if name is None else name,
        preferences={key: value for key, value in preferred.items() if value is not None},
        metadata={**noted, **(metadata or {})},
        tags=tuple(dict.fromkeys((*left, *tag_ids(tags)))),
    )


class Customers:
    """The customers of a server, without the guest, who is always there."""

    def __init__(self, store: CustomerStore) -> None:
        self._store = store

    async def create(
        self,
        name: str,
        *,
        id: str | None = None,
        tags: Sequence[Tag | str] | None = (),
        metadata: Mapping[str, JSON] | None = None,
        preferences: Mapping[str, JSON] | None = None,
    ) -> CustomerHandle:
        """Declare a customer. Raises ValueError for an id that is taken."""
        given = {"name": name, "id": id, "tags": tags, "metadata": metadata, "preferences": preferences}
        said = checked(f"customer {shown(name)}", given, kinds.CUSTOMER, required=("name",))
        taken = [GUEST, *(customer.id for customer in await self._store.list())]
        if id in taken:
            raise ValueError(f"a customer {id!r} is there already; give this one another id=")
        made = Customer(
            id=id if id is not None else readable_id(taken, name),
            name=name,
            tags=tag_ids(said.get("tags", ())),
            metadata=dict(metadata or {}),
            preferences=dict(preferences or {}),
        )
        await self._store.save(made)
        return CustomerHandle(made, store=self._store)

    async def list(self, *, tag: Tag | str | None = None) -> Sequence[CustomerHandle]:
        """All customers, in order of declaration, or those of one group."""
        wanted = None if tag is None else tag_ids([tag])[0]
        known = await self._store.list()
        return [
            CustomerHandle(customer, store=self._store)
            for customer in known
            if wanted is None or wanted in customer.tags
        ]

    async def page(
        self,
        *,
        tag: Tag | str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        sort: Order = "asc",
    ) -> Page[CustomerHandle]:
        """The same as list(), at most `limit` on a page; `sort="desc"` is the newest first.

        Raises ValueError for a cursor that names none of them.
        """
        wanted = await self.list(tag=tag)
        return page_of(wanted, name=lambda customer: customer.id, limit=limit, cursor=cursor, sort=sort)

    async def find(self, *, id: str | None = None, name: str | None = None) -> CustomerHandle | None:
        """The customer of that id, or the first of that name; None where there is none."""
        if id == GUEST:
            return CustomerHandle(Customer(), store=self._store)
        for customer in await self._store.list():
            if customer.id == id or (id is None and customer.name == name):
                return CustomerHandle(customer, store=self._store)
        return None

    async def update(
        self,
        id: str,
        *,
        name: str | None = None,
        preferences: Mapping[str, JSON] | None = None,
        metadata: Mapping[str, JSON] | None = None,
        unset_metadata: Sequence[str] = (),
        tags: Sequence[Tag | str] = (),
        remove_tags: Sequence[Tag | str] = (),
    ) -> CustomerHandle:
        """Change a customer by the id; metadata and tags are added to what is there. It is one change, or none.

        Raises UnknownNameError, WrongKindError with all that is of another kind, ValueError for the guest.
        """
        given = {
            "name": name,
            "preferences": preferences,
            "metadata": metadata,
            "unset_metadata": unset_metadata,
            "tags": tags,
            "remove_tags": remove_tags,
        }
        said = checked(f"customer {shown(id)}", given, kinds.CUSTOMER_UPDATE)
        customer = await self.get(id)
        await customer.change(_changed(customer.value, **said))
        return customer

    async def get(self, id: str) -> CustomerHandle:
        """The customer of that id. Raises UnknownNameError."""
        found = await self.find(id=id)
        if found is None:
            known = [customer.id for customer in await self._store.list()]
            raise UnknownNameError(kind="customer", name=id, known=known)
        return found
