"""Tornado's own tests that cannot pass through WSGI, with the reasons.

``docs/architecture.md`` has the same table.
"""

from __future__ import annotations

CONNECTION = "writes to the connection below HTTP, or takes it over"
"""Such a test fails each time."""
LOOP = "the test and the handler share an event, a future or a task of one loop"
"""Under WSGI the handler has a loop of its own. Such a test may wait, or hold a worker."""

LISTED = {
    "web_test.CancellationTest.test_cancelled_task": LOOP,
    "web_test.ConnectionCloseTest.test_connection_close": LOOP,
    "web_test.StreamingRequestBodyTest.test_close_during_upload": LOOP,
    "web_test.StreamingRequestBodyTest.test_streaming_body": LOOP,
    "*httpclient_test.*.test_chunked": LOOP,
    "*httpclient_test.*.test_header_callback": LOOP,
    "simple_httpclient_test.ChunkedWithContentLengthTest.*": CONNECTION,
    "simple_httpclient_test.HTTP100ContinueTestCase.*": CONNECTION,
    "simple_httpclient_test.HTTP1xxLimitTestCase.*": CONNECTION,
    "simple_httpclient_test.HTTP204NoContentTestCase.*": CONNECTION,
    "simple_httpclient_test.MaxBodySizeUntilCloseTest.test_large_body_until_close": (
        CONNECTION
    ),
    "simple_httpclient_test.MaxBufferSizeUntilCloseTest.test_large_body_until_close": (
        CONNECTION
    ),
    "simple_httpclient_test.*.test_connection_limit": LOOP,
    "simple_httpclient_test.*.test_multiple_content_length_accepted": CONNECTION,
    "simple_httpclient_test.*.test_no_content_length": CONNECTION,
    "simple_httpclient_test.*.test_queue_timeout": LOOP,
    "simple_httpclient_test.*.test_request_timeout": LOOP,
}
