// Tests of what the application answers.

import Testing

@testable import Hello

@Suite("The front page")
struct MainHandlerTests {
  @Test("greets the visitor")
  func greeting() {
    let reply = request("GET", "/")
    #expect(reply.status == "200 OK")
    #expect(reply.text == "Hello from handler")
    #expect(reply.header("Content-Type") == "text/plain; charset=utf-8")
  }

  @Test("answers HEAD as GET, without a body")
  func head() {
    let reply = request("HEAD", "/")
    #expect(reply.status == "200 OK")
    #expect(reply.header("Content-Length") == "18")
    #expect(reply.body.isEmpty)
  }

  @Test("allows no other method")
  func otherMethod() {
    let reply = request("POST", "/", body: Array("name=value".utf8))
    #expect(reply.status == "405 Method Not Allowed")
    #expect(reply.header("Allow") == "GET, HEAD, OPTIONS")
  }
}

@Suite("The application")
struct ApplicationTests {
  @Test("has no mistake in its route table")
  func routeTable() {
    #expect(application.problems.isEmpty)
  }

  @Test("does not find an unknown path")
  func unknownPath() {
    #expect(request("GET", "/nowhere").status == "404 Not Found")
  }

  @Test("refuses a malformed query, and logs nothing of it")
  func malformedQuery() {
    let reply = request("GET", "/?name=%zz")
    #expect(reply.status == "400 Bad Request")
    #expect(reply.log.isEmpty)
  }
}
