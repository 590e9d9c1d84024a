// Sessions: what the application remembers of a visitor, in a signed cookie.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the application remembers of a visitor: names and values.
///
///     request.session["user"] = "ann"
///     request.session["cart", as: [Int].self] = [4, 2]
///
/// It is kept in a signed cookie for 14 days after the last change: visitors can read it, and cannot
/// change it. Keep it short, and keep secrets in a database. If a handler throws an error, its
/// changes are discarded; a redirect keeps them.
final class RequestSession {
  /// The name of the cookie.
  static let cookie = "session"
  private static let maxAge = 14 * 24 * 60 * 60
  /// The name of the messages for the next page.
  private static let messages = "_flash"
  /// Messages with more characters are shortened if the session is too large.
  private static let minMessage = 200

  private let before: [String: SessionValue]
  private var values: [String: SessionValue]
  private var problem: (any Error)?

  /// Reads the session of a request.
  init(of request: Request) {
    do {
      let cookie = try request.signedCookie(Self.cookie, as: [String: SessionValue].self)
      before = cookie ?? [:]
    } catch {
      // Without a key, no session can be saved: the application reports that in the end.
      before = [:]
      problem = error
    }
    values = before
  }

  /// A text, or nil if there is no text with this name.
  subscript(name: String) -> String? {
    get { if case .text(let text)? = values[name] { text } else { nil } }
    set { values[name] = newValue.map { .text($0) } }
  }

  /// A value of another type, or nil if there is no value of this type with this name.
  subscript<Value: Codable>(name: String, as type: Value.Type) -> Value? {
    get {
      guard let value = values[name], let json = try? json(value) else { return nil }
      return try? JSONDecoder().decode(type, from: Data(json))
    }
    set {
      do {
        values[name] = try newValue.map {
          try JSONDecoder().decode(SessionValue.self, from: Data(try json($0)))
        }
      } catch {
        problem = SessionError(name: name, reason: words(of: error))
      }
    }
  }

  /// Whether it has no values.
  var isEmpty: Bool { values.isEmpty }

  /// Removes all values, for example after a logout.
  func removeAll() { values = [:] }

  /// Keeps a message for the next page.
  fileprivate func add(message: String) {
    var messages: [SessionValue] = []
    if case .list(let list)? = values[Self.messages] { messages = list }
    values[Self.messages] = .list(messages + [.text(message)])
  }

  /// Returns the messages, and removes them.
  fileprivate func takeMessages() -> [String] {
    guard case .list(let messages)? = values.removeValue(forKey: Self.messages) else { return [] }
    return messages.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// Returns the cookie that saves the changes, or nil if there are none.
  ///
  /// - Throws: ``CookieError`` if it is too large, `EncodingError` for a value that JSON does not
  ///   allow, and ``SecretKeyError`` if the project has no key.
  fileprivate func cookie() throws -> Cookie? {
    if let problem { throw problem }
    // Swift takes two spellings of an accent for the same text: compare the bytes.
    if try json(values) == json(before) { return nil }
    if values.isEmpty { return .deleted(Self.cookie) }
    while true {
      do {
        return try Cookie(signed: Self.cookie, values, maxAge: Self.maxAge)
      } catch var error as CookieError {
        // Messages can have text from visitors. If they are too large, they are shortened.
        guard shortenMessages() else {
          error.largest = largest
          throw error
        }
      }
    }
  }

  /// The name of the largest value.
  private var largest: String? {
    let sizes = values.map { name, value in (name: name, size: (try? json(value).count) ?? 0) }
    return sizes.max { ($0.size, $1.name) < ($1.size, $0.name) }?.name
  }

  /// Shortens the longest message, or removes the first one.
  ///
  /// - Returns: Whether there was one.
  private func shortenMessages() -> Bool {
    guard case .list(var messages)? = values[Self.messages], !messages.isEmpty else { return false }
    let sizes = messages.map { message in
      if case .text(let text) = message { text.unicodeScalars.count } else { 0 }
    }
    let most = sizes.max() ?? 0
    if most > Self.minMessage, let index = sizes.firstIndex(of: most),
      case .text(let text) = messages[index]
    {
      messages[index] = .text(String(text.unicodeScalars.prefix(most / 2)) + "…")
    } else {
      messages.removeFirst()
    }
    values[Self.messages] = .list(messages)
    return true
  }
}

/// A value that a session cannot keep.
struct SessionError: Error, CustomStringConvertible {
  let name: String
  let reason: String

  var description: String { "the session value '\(name)' is kept as JSON: \(reason)" }
}

extension Request {
  /// What the application remembers of the visitor.
  var session: RequestSession {
    if let session = state.session { return session }
    let session = RequestSession(of: self)
    state.session = session
    return session
  }

  /// Keeps a message for the next page that the visitor sees, such as "Saved".
  ///
  /// - Parameter message: The message.
  func flash(_ message: String) { session.add(message: message) }

  /// Returns the messages for this page, and removes them.
  func takeFlash() -> [String] { session.takeMessages() }

  /// Adds the cookies of the session and of the token for forms to a response.
  ///
  /// - Parameter response: The response of the handler.
  /// - Throws: As ``RequestSession/cookie()``.
  func complete(_ response: inout Response) throws {
    // Most responses need none, so this must be fast.
    if state.isUnused, response.flashes.isEmpty { return }
    response.flashes.forEach(flash)
    let varies = response.headers.fields.contains { name, value in
      isSameName(name, "Vary")
        && Array(value.utf8).split(separator: UInt8(ascii: ",")).contains { part in
          ["cookie", "*"].contains {
            trimmed(part, of: " \t").map(lowercased).elementsEqual($0.utf8)
          }
        }
    }
    if !varies { response.headers.add("Vary", "Cookie") }
    if let token = state.newToken { response.cookies.append(Cookie(csrfName, hexadecimal(token))) }
    if let cookie = try state.session?.cookie() { response.cookies.append(cookie) }
  }
}

/// Any value of JSON, so that a session keeps values that only another program reads.
private enum SessionValue: Codable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([SessionValue])
  case object([String: SessionValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([SessionValue].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: SessionValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .flag(let flag): try value.encode(flag)
    case .integer(let integer): try value.encode(integer)
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    case .list(let list): try value.encode(list)
    case .object(let object): try value.encode(object)
    }
  }
}
