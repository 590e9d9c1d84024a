// Tests of pages: what their values can be, and what each page has.

import Mustache
import Testing

@testable import Hello

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Pages")
struct PageTests {
  /// Returns what a template makes of values.
  private func html(_ text: String, _ values: [String: any Encodable & Sendable]) -> Reply {
    request("GET", "/", of: page { _ in Response(html: text, values) })
  }

  @Test("have escaped values")
  func escaping() {
    let reply = html("<p title='{{a}}'>{{a}} {{{a}}}</p>", ["a": "<b>'\"&"])
    #expect(reply.header("Content-Type") == "text/html; charset=utf-8")
    #expect(
      reply.text == "<p title='&lt;b&gt;&#39;&quot;&amp;'>&lt;b&gt;&#39;&quot;&amp; <b>'\"&</p>"
    )
  }

  @Test("without values are sent as they are")
  func plain() {
    let reply = request("GET", "/", of: page { _ in Response(html: "<p>{{a}}") })
    #expect(reply.text == "<p>{{a}}")
  }

  @Test("take every value that is Encodable")
  func values() throws {
    struct Item: Encodable {
      let name: String
      let price: Double?
      let tags: [String]
      let inner: [String: Int]
      var time = Date(timeIntervalSince1970: 0)
    }
    enum Kind: String, Encodable { case large }
    class Base: Encodable { let one = 1 }
    final class Derived: Base {
      let two = 2

      enum Keys: CodingKey { case two }

      override func encode(to encoder: any Encoder) throws {
        try super.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(two, forKey: .two)
      }
    }
    let item = Item(name: "<tea>", price: nil, tags: ["a", "b"], inner: ["x": 5])
    let cases: [(any Encodable, String, String)] = [
      (
        item, "{{#v}}{{name}}{{^price}}free{{/price}}{{#tags}}{{.}}{{/tags}}{{inner.x}}{{/v}}",
        "&lt;tea&gt;freeab5"
      ),
      (item, "{{v.time}}", "1970-01-01T00:00:00Z"),
      ([item, item], "{{#v}}{{name}};{{/v}}", "&lt;tea&gt;;&lt;tea&gt;;"),
      (Kind.large, "{{v}}", "large"),
      (Derived(), "{{v.one}}{{v.two}}", "12"),
      (UInt64.max, "{{v}}", "18446744073709551615"),
      (Float(1.1), "{{v}}", "1.1"),
      (Decimal(string: "1.10"), "{{v}}", "1.1"),
      (URL(string: "https://example.com/?a&b"), "{{v}}", "https://example.com/?a&amp;b"),
      (String?.none, "[{{v}}]{{^v}}none{{/v}}", "[]none"),
      (String?.some("x"), "{{v}}", "x"),
      ([Int?.some(1), nil], "{{#v}}({{.}}){{/v}}", "(1)()"),
      (["a": [["b": true]]], "{{#v.a}}{{b}}{{/v.a}}", "true"),
      (
        ["a": 1, "b": "x", "c": [nil, 2.5]] as Mustache.Value,
        "{{v.a}}{{v.b}}{{#v.c}}{{.}}{{/v.c}}",
        "1x2.5"
      ),
      (Mustache.Value.lambda { _ in "{{w}}" }, "{{v}}", "w"),
    ]
    for (value, text, expected) in cases {
      let page = try Templates.text(text)
      let values = ["v": try pageValue(value), "w": .string("w")]
      #expect(try page.template.render(.object(values)) == expected, "\(text)")
    }
  }

  @Test("fail if a value cannot be encoded, and if the template is wrong")
  func failures() {
    struct Failure: Error {}
    struct Failing: Encodable {
      func encode(to encoder: any Encoder) throws { throw Failure() }
    }
    let failing = request(
      "GET",
      "/",
      of: page { _ in Response(html: "{{a}}", ["a": Failing()]) }
    )
    #expect(failing.status == "500 Internal Server Error")
    #expect(failing.log.contains("Example.get failed: Failure"))
    let wrong = html("<p>\n{{a", [:])
    #expect(wrong.text == "500 Internal Server Error\n")
    #expect(wrong.log.contains("TemplateError: Response(html:):2:1: the tag is not closed"))
    let missing = request("GET", "/", of: page { try $0.render("nowhere") })
    #expect(missing.log.contains("TemplateError: there is no templates/nowhere.html; make"))
  }

  @Test("have values of the application, which those of the page hide")
  func pageValues() {
    let app = Application(
      [
        Route(
          "/",
          get: { (handler: Example) in
            { Response(html: "{{user}} {{mount}} {{title}}", ["title": "own"]) }
          }
        )
      ],
      pageValues: { ["user": $0.query["user"] ?? "nobody", "title": "site"] }
    )
    #expect(request("GET", "/", of: app, mount: "/m").text == "nobody /m own")
    #expect(request("GET", "/?user=%3C", of: app).text == "&lt;  own")
  }

  @Test("can be made of one Encodable value")
  func wholeValue() throws {
    struct Page: Encodable { let title = "x" }
    let app = page { try $0.render("nowhere", from: 5) }
    #expect(request("GET", "/", of: app).log.contains("needs names with values, not Int"))
    let value = page { try $0.render("nowhere", from: Page()) }
    #expect(request("GET", "/", of: value).log.contains("there is no templates/nowhere.html"))
  }

  @Test("keep not more than 64 texts of the code")
  func manyTexts() throws {
    for number in 0..<300 {
      let page = try Templates.text("\(number){{a}}")
      #expect(try page.template.render(["a": 1]) == "\(number)1")
    }
  }
}
