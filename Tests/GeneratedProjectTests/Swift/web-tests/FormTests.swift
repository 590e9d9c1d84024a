// Tests of forms with files: what is read of them, what is refused, and what is kept where.

import Testing

@testable import Hello

/// A part of a form, as browsers send it.
func part(_ head: String, _ content: String) -> String {
  "--B\r\nContent-Disposition: form-data; \(head)\r\n\r\n\(content)\r\n"
}

private let multipart = ["Content-Type": "multipart/form-data; boundary=B"]

/// Posts a form to a page that shows its fields and files.
private func post(
  _ body: String,
  type: String = "multipart/form-data; boundary=B",
  limits: RequestLimits = RequestLimits(),
  maxBodySize: Int = 1 << 20
) -> Reply {
  let application = Application(
    [
      Route(
        "/",
        post: { (handler: Example) in
          {
            let request = handler.request
            var text = try request.form.pairs.map { "\($0.name)=\($0.value)\n" }.joined()
            for (name, file) in request.state.form?.files ?? [] {
              let content = String(decoding: try file.bytes(), as: UTF8.self)
              text += "\(name)=\(file.filename) \(file.contentType) \(file.size) \(content)\n"
            }
            return Response("\(request.body.count)\n" + text)
          }
        },
        checksCSRF: false
      )
    ],
    maxBodySize: maxBodySize,
    limits: limits
  )
  return request(
    "POST",
    "/",
    of: application,
    headers: ["Content-Type": type],
    body: Array(body.utf8)
  )
}

@Suite("Forms with files")
struct FormTests {
  @Test("have fields and files, in order")
  func whole() {
    let reply = post(
      "preamble\r\n" + part("name=\"a\"", "1\r\n2") + part("name=a", "")
        + part(
          "name=\"f\"; filename=\"C:\\dir\\ä.txt\"\r\nContent-Type: text/x; q=1 \r\nX-Other: 1",
          "--B\r\n-\r\n--C"
        )
        + part("name=\"none\"; filename=\"\"", "") + part("name=\"g\"; filename=\"\"", "x")
        + "--B--\r\nepilogue"
    )
    #expect(
      reply.text == """
        0
        a=1\r
        2
        a=
        f=ä.txt text/x; q=1 11 --B\r
        -\r
        --C
        g=file application/octet-stream 1 x

        """
    )
    #expect(post("--B--").text == "0\n")
    #expect(post("", type: "multipart/form-data").text == "0\n")
    let quoted = "Multipart/Form-Data ; a=b; ; BOUNDARY = \"B\" ;"
    #expect(post(part("name=a", "1") + "--B--", type: quoted).text == "0\na=1\n")
  }

  @Test(
    "are malformed, and the visitor is told why",
    arguments: [
      ("--B", "the form ends before its last boundary"),
      ("--B-", "the form ends before its last boundary"),
      ("--B\r\n", "the form ends before its last boundary"),
      (part("name=a", "1"), "the form ends before its last boundary"),
      (part("name=a", "1") + "--B-\r", "what follows a boundary is not a line break"),
      ("--B \r\n", "what follows a boundary is not a line break"),
      ("--B\nContent", "what follows a boundary is not a line break"),
      ("--B\r\n\r\n1\r\n--B--\r\n\r\n", "the header of a part is not valid"),
      (part("", "1"), "the header of a part is not valid"),
      (part("filename=a", "1"), "the header of a part is not valid"),
      (part("name=a; name=b", "1"), "the header of a part is not valid"),
      (part("name=\"a", "1"), "the header of a part is not valid"),
      (part("name=\"a\"b", "1"), "the header of a part is not valid"),
      (part("name=a\r\n folded", "1"), "the header of a part is not valid"),
      (part("name=a\r\nno colon", "1"), "the header of a part is not valid"),
      (part("name=a\r\n: no name", "1"), "the header of a part is not valid"),
      (part("name=a\rb: 1", "1"), "the header of a part is not valid"),
      (part("name=a\nb: 1", "1"), "the header of a part is not valid"),
      (part("name=a\r\ncontent-disposition: x", "1"), "the header of a part is not valid"),
      (part("name=a\r\nX: 1\r\nx: 1", "1"), "the header of a part is not valid"),
      ("--B\r\nContent-Disposition: attachment; name=a\r\n\r\n", "the header of a part is not"),
      ("--B\r\nContent-Disposition: form-data\r\n\r\n", "the header of a part is not valid"),
      (part("name=a\r\nContent-Transfer-Encoding: base64", "1"), "a part is encoded"),
      (part("name=a\r\nContent-Type: Multipart/Mixed", "1"), "a part has parts of its own"),
      (part("name=a" + String(repeating: " ", count: 8192), "1"), "longer than 8192 bytes"),
      ("--B\r\n" + String(repeating: "a", count: 100_000), "longer than 8192 bytes"),
      (String(repeating: part("name=a", ""), count: 1001), "Max number of fields exceeded"),
    ]
  )
  func malformed(body: String, words: String) {
    let reply = post(body)
    #expect(reply.status == "400 Bad Request")
    #expect(reply.text.hasPrefix("400 malformed request: "))
    #expect(reply.text.contains(words), "\(reply.text)")
    #expect(reply.log.isEmpty)
  }

  @Test(
    "need a boundary",
    arguments: [
      "", "; boundary", "; boundary=", "; boundary=\"\"", "; boundary=\"a \"", "; boundary=ä",
      "; boundary=a; boundary=a", "; x y; boundary=a",
      "; boundary=\(String(repeating: "b", count: 71))",
    ]
  )
  func boundaries(parameters: String) {
    let reply = post(part("name=a", "1") + "--B--", type: "multipart/form-data" + parameters)
    #expect(reply.text == "400 malformed request: its Content-Type has no boundary\n")
  }

  @Test("have text that is UTF-8")
  func notUTF8() {
    let application = page { Response(try $0.form["a"] ?? "none") }
    for (name, value) in [([0x61], [0xFF]), ([0xFF], [0x61])] as [([UInt8], [UInt8])] {
      let head = Array("--B\r\nContent-Disposition: form-data; name=\"".utf8)
      let body = head + name + Array("\"\r\n\r\n".utf8) + value + Array("\r\n--B--".utf8)
      let reply = request("POST", "/", of: application, headers: multipart, body: body)
      #expect(reply.text == "400 malformed request: text that is not UTF-8\n")
    }
  }

  @Test("have limits")
  func limits() {
    let form = part("name=\"ab\"", "1234") + part("name=c; filename=d", "12345") + "--B--"
    #expect(post(form, limits: RequestLimits(fields: 2, textSize: 4, uploadSize: 5)).body.count > 9)
    #expect(post(form, limits: RequestLimits(fields: 1)).status == "400 Bad Request")
    let text = post(form, limits: RequestLimits(textSize: 3))
    #expect(text.text == "413 a text field of the form is larger than 3 bytes\n")
    let file = post(form, limits: RequestLimits(uploadSize: 4))
    #expect(file.text == "413 a file of the form is larger than 4 bytes\n")
    #expect(post(form, maxBodySize: form.utf8.count).status == "200 OK")
    #expect(post(form, maxBodySize: form.utf8.count - 1).text == "413 Content Too Large\n")
  }

  @Test("without files have limits for their text, too")
  func textLimits() {
    let urlencoded = "application/x-www-form-urlencoded"
    let limits = RequestLimits(textSize: 4)
    let field = "413 a text field of the form is larger than 4 bytes\n"
    for body in ["a=12345", "a=1&b=%41%41%41%41%41", "a=éé+"] {
      #expect(post(body, type: urlencoded, limits: limits).text == field)
    }
    // The size is that of the text, without escapes.
    for body in ["a=1234&b=1234", "a=%41%42%43+", "a=éé"] {
      #expect(post(body, type: urlencoded, limits: limits).status == "200 OK")
    }
    let mega = 1024 * 1024
    let ten = Array(repeating: "=" + String(repeating: "x", count: mega), count: 10)
      .joined(separator: "&")
    #expect(post(ten, type: urlencoded, maxBodySize: 20 * mega).status == "200 OK")
    let all = "413 the text fields of the form are larger than 10485760 bytes\n"
    #expect(post(ten + "&a", type: urlencoded, maxBodySize: 20 * mega).text == all)
    let larger = RequestLimits(textSize: 11 * mega)
    let reply = post(ten + "&a", type: urlencoded, limits: larger, maxBodySize: 20 * mega)
    #expect(reply.status == "200 OK")
  }

  @Test("in chunks, whose size nobody says, have limits, too", arguments: [true, false])
  func chunks(hasFiles: Bool) {
    let application = Application(
      [Route("/", post: { (_: Example) in { Response() } }, checksCSRF: false)],
      maxBodySize: 100_000
    )
    for (size, status) in [(99_990, "200"), (100_001, "413"), (300_000, "413")] {
      let start = hasFiles ? part("name=a; filename=a", "") + "--B--" : ""
      let body = Array((start + String(repeating: "x", count: size - start.utf8.count)).utf8)
      var variables = ["REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input_terminated": "1"]
      if hasFiles { variables["CONTENT_TYPE"] = "multipart/form-data; boundary=B" }
      var rest = body[...]
      let answer = application.answer(Environment(variables), log: Log()) { buffer in
        let piece = rest.prefix(buffer.count)
        rest = rest.dropFirst(piece.count)
        buffer.copyBytes(from: piece)
        return piece.count
      }
      #expect(answer.status.hasPrefix(status))
    }
  }

  @Test("end where they end, wherever the pieces that are read end")
  func pieces() {
    // A boundary, and what looks like one, at each place around the end of a piece.
    for size in (65_536 - 80)...(65_536 - 50) {
      let content = String(repeating: "x", count: size) + "\r\n--\r\n--A\r\r\n-\r\n"
      let reply = post(
        part("name=a; filename=a", content) + part("name=b", "2") + "--B--",
        limits: RequestLimits(fields: 2)
      )
      #expect(
        reply.text == "0\nb=2\na=a application/octet-stream \(content.utf8.count) \(content)\n"
      )
    }
  }

  @Test(
    "have names that browsers and other programs write differently",
    arguments: [
      ("name=\"a%22b%0d%0A%41\"", "a\"b\r\n%41"), ("name=\"a\\\"b\"", "a\"b"),
      ("name=\"a\\\\b\"", "a\\b"), ("name=\"a\\b\"", "a\\b"), ("name=\"a\\\"", "a\\"),
      ("NAME = a=b ; name*=UTF-8''x", "a=b"), (";; name=\"\"", ""), ("name=\"a;b\"", "a;b"),
      ("name=", ""),
    ]
  )
  func names(head: String, name: String) {
    #expect(post(part(head, "1") + "--B--").text == "0\n\(name)=1\n")
  }
}
