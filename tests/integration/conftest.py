"""Names that these tests know the walked road by."""

from tests.conftest import Road, road, walked

__all__ = ["Road", "road", "walked"]
