// Tests of signatures, of the keys that make them, and of signed cookies.

import Foundation
import Testing

@testable import Hello

@Suite("Signatures")
struct SignatureTests {
  @Test(
    "are those of RFC 4231",
    arguments: [
      (
        [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        Array(1...25), [UInt8](repeating: 0xCD, count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131),
        Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131),
        Array(
          ("This is a test using a larger than block-size key and a larger than block-size data."
            + " The key needs to be hashed before being used by the HMAC algorithm.").utf8
        ),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
      ),
    ]
  )
  func vectors(key: [UInt8], message: [UInt8], code: String) {
    #expect(hexadecimal(authenticationCode(of: message, key: key)) == code)
  }

  @Test(
    "are written in the base64 of URLs",
    arguments: [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("\u{FB}", "w7s"),
    ]
  )
  func base64(text: String, encoded: String) {
    #expect(base64URL(Array(text.utf8)) == encoded)
    #expect(bytes(base64URL: Array(encoded.utf8)) == Array(text.utf8))
    for count in 0..<70 {
      let data = randomBytes(count)
      let other = Data(data).base64EncodedString().replacing("+", with: "-")
        .replacing("/", with: "_").replacing("=", with: "")
      #expect(base64URL(data) == other)
      #expect(bytes(base64URL: Array(other.utf8)) == data)
    }
    for wrong in ["a", "abcde", "ab=", "ab==", "a b", "a+b/", "ä"] {
      #expect(bytes(base64URL: Array(wrong.utf8)) == nil)
    }
  }

  @Test("are compared as a whole")
  func comparison() {
    #expect(isSameSecret([1, 2], [1, 2]))
    #expect(isSameSecret([UInt8](), [UInt8]()))
    for other in [[1, 3], [3, 2], [1], [1, 2, 0], []] as [[UInt8]] {
      #expect(!isSameSecret([1, 2], other))
    }
  }
}

@Suite("The secret key")
struct SecretKeyTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func keys(_ settings: [String: String] = [:]) throws -> [String] {
    try SecretKeys(folder: folder.path) { Array((settings[$0] ?? "").utf8) }.keys
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: folder.path + "/.secret_key"))
  }

  @Test("is made once, for its owner alone, and kept")
  func made() throws {
    let first = try keys()
    #expect(first.count == 1)
    #expect(first[0].utf8.count == 64)
    #expect(try keys() == first)
    let file = try FileManager.default.attributesOfItem(atPath: folder.path + "/.secret_key")
    #expect(file[.posixPermissions] as? Int == 0o600)
    #expect(try folder.names == [".secret_key"])
    // An editor adds a line break.
    try write(first[0] + "\r\n")
    #expect(try keys() == first)
  }

  @Test("is the same for workers that start together")
  func together() async throws {
    let path = folder.path
    let all = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
      for _ in 1...20 {
        group.addTask { try SecretKeys(folder: path) { _ in [] }.keys }
      }
      return try await group.reduce(into: Set<[[UInt8]]>()) { $0.insert($1) }
    }
    #expect(all.count == 1)
    #expect(try folder.names == [".secret_key"])
  }

  @Test("is that of the settings, with older ones behind it")
  func settings() throws {
    let (new, old, older) = (long("new"), long("old"), long("older"))
    let others = " \(old) , ,\(older),"
    #expect(try keys(["SECRET_KEY": new, "SECRET_KEY_FALLBACKS": others]) == [new, old, older])
    #expect(try folder.names == [])
    #expect(try keys(["SECRET_KEY_FALLBACKS": others]).dropFirst() == [old, older])
  }

  @Test("has 32 characters or more", arguments: ["SECRET_KEY", "SECRET_KEY_FALLBACKS"])
  func short(name: String) throws {
    for key in ["x", String(repeating: "x", count: 31), String(repeating: "ä", count: 31)] {
      let words = """
        \(name) has a key of \(key.count) characters, which can be guessed: use 32 random ones or \
        more, or remove the setting: the app makes a key
        """
      #expect {
        try keys([name: key])
      } throws: { error in
        "\(error)" == words
      }
    }
    #expect(try keys([name: String(repeating: "ä", count: 32)]).contains { $0.count == 32 })
  }

  private func long(_ text: String) -> String { text + String(repeating: "-", count: 32) }

  @Test("is never made up in place of a damaged one", arguments: ["", "short", "\u{E4}"])
  func damaged(start: String) throws {
    try write(start.utf8.count == 2 ? start + String(repeating: "a", count: 64) : start)
    let words = "\(folder.path)/.secret_key is damaged: delete it, and reload the app"
    #expect {
      try keys()
    } throws: { error in
      "\(error)" == words
    }
    #expect(throws: SecretKeyError.self) {
      try SecretKeys(folder: "/proc/no-such-folder") { _ in [] }
    }
  }
}

@Suite("Signed cookies")
struct SignedCookieTests {
  private let keys = [Array("new".utf8), Array("old".utf8)]

  private func read(_ text: String, name: String = "a", now: Int = 99) -> String? {
    SignedText(Array(text.utf8)[...])?.payload(for: name, keys, now: now)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("have the form that Python's handlers read and write")
  func form() {
    // printf 'pa-new signed cookie\0a\0100\0WzFd' | openssl dgst -sha256 -hmac new
    let text = SignedText(payload: "WzFd", expires: 100).signed(for: "a", keys[0])
    #expect(text == "WzFd.100.N7boN38LAw__7tjJXaBPVgBlacdh2OKdpEkO_gaPdzo")
    #expect(read(text) == "[1]")
    #expect(read(SignedText(payload: "WzFd", expires: 100).signed(for: "a", keys[1])) == "[1]")
  }

  @Test("are not read if they are too old, changed, or another cookie's")
  func refused() {
    let text = SignedText(payload: "WzFd", expires: 100).signed(for: "a", keys[0])
    #expect(read(text, now: 100) == nil)
    #expect(read(text, name: "b") == nil)
    #expect(read(SignedText(payload: "WzFd", expires: 100).signed(for: "a", [1])) == nil)
    for index in text.utf8.indices {
      for other in ["", ".", "A", "1", "\u{0}", "ä"] where other != text[index...index] {
        #expect(read(text.replacingCharacters(in: index...index, with: other)) == nil)
      }
    }
    for other in ["", ".", "..", "...", text + ".", "." + text, text + "A"] {
      #expect(read(other) == nil)
    }
    for payload in ["", "*", "ä", String(repeating: "A", count: 4050)] {
      let signed = SignedText(payload: payload, expires: 100).signed(for: "a", keys[0])
      #expect(read(signed) == (payload == "" ? "" : nil))
    }
  }

  @Test("keep any value for a handler")
  func values() throws {
    struct Visit: Codable, Equatable {
      let count: Int
      let places: [String]
    }
    let visit = Visit(count: 3, places: ["ä", "\u{1F600}\"\n"])
    let application = page { request in
      var response = Response("\(try request.signedCookie("visit", as: Visit.self) == visit)")
      response.cookies.append(try Cookie(signed: "visit", visit, maxAge: 60, path: "/x"))
      response.cookies.append(try Cookie(signed: "soon", 1, maxAge: .min))
      response.cookies.append(try Cookie(signed: "late", 1, maxAge: .max))
      return response
    }
    let reply = request("GET", "/", of: application)
    #expect(reply.text == "false")
    let cookies = reply.headers.filter { $0.name == "Set-Cookie" }.map(\.value)
    #expect(cookies.count == 3)
    #expect(cookies[0].hasSuffix("; Path=/x; SameSite=Lax; Max-Age=60; HttpOnly"))
    #expect(cookies[2].contains(".999999999999999999."))
    let sent = String(cookies[0].prefix { $0 != ";" })
    #expect(request("GET", "/", of: application, headers: ["Cookie": sent]).text == "true")
    // Browsers send the most specific cookie first: the other one is not looked at.
    let twice = ["Cookie": "visit=1; " + sent]
    #expect(request("GET", "/", of: application, headers: twice).text == "false")
  }

  @Test("are refused if browsers would not keep them")
  func tooLarge() {
    let application = page { request in
      var response = Response()
      let text = String(repeating: "a", count: Int(request.query["n"] ?? "") ?? 0)
      response.cookies.append(try Cookie(signed: "cart", text))
      return response
    }
    #expect(request("GET", "/?n=2953", of: application).status == "200 OK")
    let reply = request("GET", "/?n=2954", of: application)
    #expect(reply.status == "500 Internal Server Error")
    #expect(
      reply.log.contains(
        "the cookie cart has 4002 characters, and browsers keep 4000: keep the data in a database, and only its key in the"
          + " cookie"
      )
    )
  }
}
