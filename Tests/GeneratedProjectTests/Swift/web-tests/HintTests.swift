// Tests of what is said of the mistakes that are made most.

import Testing

@testable import Hello

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Hints")
struct HintTests {
  /// Calls a function with the path of an empty folder, and deletes it.
  private func withFolder(_ use: (String) throws -> Void) throws {
    let name = "hints-\(UInt64.random(in: 0 ... .max))"
    let folder = FileManager.default.temporaryDirectory.path + "/" + name
    try FileManager.default.createDirectory(
      atPath: folder,
      withIntermediateDirectories: true
    )
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try use(folder)
  }

  private func write(_ paths: [String], below folder: String) throws {
    for path in paths {
      let file = folder + "/" + path
      let parent = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
      try FileManager.default.createDirectory(
        atPath: parent,
        withIntermediateDirectories: true
      )
      try Data("x".utf8).write(to: URL(fileURLWithPath: file))
    }
  }

  @Test(
    "name the template that was meant",
    arguments: [
      ("pgae.html", "did you mean 'page.html'?"), ("pa", "did you mean 'page.html'?"),
      ("deep.html", "did you mean 'sub/deep.html'?"),
      ("Page.html", "write 'page.html': capital letters count"),
      ("templates/page.html", "leave out 'templates/', and write 'page.html'"),
      ("other.html", "make the file, or correct the name"),
    ]
  )
  func templates(path: String, advice: String) throws {
    try withFolder { folder in
      try write(
        ["page.html", "base.html", "sub/deep.html", ".hidden"],
        below: folder + "/templates"
      )
      let told = Hints.missingTemplate(path, in: folder + "/templates")
      let list = "(templates/ has base.html, page.html, sub/deep.html)"
      #expect(told == "there is no templates/\(path); \(advice) \(list)")
    }
  }

  @Test(
    "name the folder that was meant",
    arguments: [
      ("Templates/a.html", "rename the folder Templates/ to templates/"),
      ("template/a.html", "rename the folder template/ to templates/"),
      ("hello/templates/a.html", "move the folder hello/templates/ beside wsgi.py"),
    ]
  )
  func folders(there: String, advice: String) throws {
    try withFolder { folder in
      try write([there], below: folder)
      let told = Hints.missingTemplate("a.html", in: folder + "/templates")
      #expect(told == "there is no templates/a.html; \(advice)")
    }
  }

  @Test("say where a folder or a file has to be")
  func places() throws {
    try withFolder { folder in
      #expect(
        Hints.missingTemplate("a.html", in: folder + "/templates").hasSuffix(
          "; make the folder templates/ beside wsgi.py"
        )
      )
      try write(["data/hello.txt"], below: folder)
      #expect(Hints.missingFile(folder + "/data/Hello.txt").contains("write 'hello.txt'"))
      #expect(Hints.missingFile(folder + "/no/x").contains("and no folder \(folder)/no"))
      #expect(Hints.missingFile(folder + "/data").contains("/data is a folder"))
      #expect(Hints.otherCase(of: "Data/HELLO.txt", in: folder) == "data/hello.txt")
      #expect(Hints.otherCase(of: "data/hello.txt", in: folder) == nil)
      #expect(Hints.otherCase(of: "data/no", in: folder) == nil)
    }
    #expect(Hints.missingTemplate("<p>x</p>.html", in: "x").contains("takes the name of a file"))
  }

  @Test(
    "tell of tags that would show something else",
    arguments: [
      ("{{csrf_field}}", "1:3: 'csrf_field' is HTML: write {{{csrf_field}}}, with three braces"),
      ("\n{{#a}}{{name|upper}}{{/a}}", "2:9: 'name|upper' is not the name of a value"),
      ("{{#f()}}{{/f()}}", "1:4: 'f()' is not the name of a value"),
      ("{{#a}}x{{else}}y{{/a}}", "1:10: for else, write {{^name}}...{{/name}}"),
      ("{{static_url}}/a.css", "1:3: 'static_url' needs a path: write {{#static_url}}site.css"),
      ("{{^static_url}}{{/static_url}}", "1:4: 'static_url' needs a path"),
      ("\n{{#static_url }} {a{{pic}}{{/static_url}}", "2:4: 'static_url' cannot have tags inside"),
      (
        "{{=<% %>=}}\n<%#static_url%>{{<%a%><%/static_url %>",
        "2:4: 'static_url' cannot have tags inside"
      ),
      ("{{#if a}}", "1:4: 'if a' is not a valid name: write {{#a}}...{{/a}}, for else {{^a}}"),
    ]
  )
  func tags(text: String, words: String) {
    let reply = request("GET", "/", of: page { _ in Response(html: text, ["a": 1]) })
    #expect(reply.status == "500 Internal Server Error")
    #expect(reply.log.contains("TemplateError: Response(html:):\(words)"))
  }

  @Test("tell of a missing file once, with the path that was tried")
  func files() {
    let name = "no-\(UInt64.random(in: 0 ... .max)).txt"
    let app = page { _ in try .file("static/\(name)") }
    let reply = request("GET", "/", of: app)
    #expect(reply.status == "404 Not Found")
    let told = "there is no file static/\(name) (a relative path begins in the folder with wsgi.py)"
    #expect(reply.log.contains("    Example.get: Response.file: \(told)"))
    #expect(request("GET", "/", of: app).log == "")
    let visitors = page { _ in try .file(name, in: "static") }
    #expect(request("GET", "/", of: visitors).log == "")
  }

  @Test(
    "tell of redirects that lead elsewhere than they seem to",
    arguments: [
      ("www.example.com", "write 'https://www.example.com' for another site"),
      ("", "a redirect needs a URL"),
    ]
  )
  func redirects(url: String, words: String) {
    let reply = request("GET", "/", of: page { _ in .redirect(to: url) })
    #expect(reply.status == "500 Internal Server Error")
    #expect(reply.log.contains(words))
  }

  @Test("name the route that was meant")
  func routes() {
    let app = Application([
      Route("/", get: { (handler: Example) in { Response(try handler.request.url(for: "mian")) } }),
      Route("/a", get: { (_: Example) in { Response("a") } }, name: "main"),
    ])
    #expect(request("GET", "/", of: app).log.contains("'mian': did you mean 'main'?"))
  }

  @Test("name the value that a session cannot keep")
  func sessions() {
    let app = page { request in
      request.session["speed", as: Double.self] = .infinity
      return Response("x")
    }
    let log = request("GET", "/", of: app).log
    #expect(log.contains("the session value 'speed' is kept as JSON: JSON has no inf: write nil"))
  }

  @Test("name the largest value of a session that is too large")
  func largeSession() {
    let app = page { request in
      request.session["a"] = "short"
      request.session["cart"] = String(repeating: "x", count: 5000)
      return Response("x")
    }
    let log = request("GET", "/", of: app).log
    #expect(log.contains(#"(the largest value is session["cart"])"#))
  }

  @Test("name the place of a value that JSON does not have")
  func json() {
    let app = page { _ in try Response(json: ["a": [["b": 1], ["b": Double.infinity]]]) }
    let log = request("GET", "/", of: app).log
    #expect(log.contains("EncodingError: JSON has no inf: write nil (a[1].b)"))
  }

  @Test("say what a header field can have")
  func header() {
    let app = page { _ in
      var response = Response("x")
      response.headers.set("X-A", "a\nb")
      return response
    }
    #expect(request("GET", "/", of: app).log.contains("text without line breaks"))
  }
}
