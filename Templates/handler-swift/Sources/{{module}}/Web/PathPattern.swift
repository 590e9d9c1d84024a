// The paths of routes: which texts they capture, and the path for some texts.

/// The path of a route, split into segments.
struct PathPattern: Sendable {
  /// The pattern of one segment.
  enum Segment: Sendable {
    case text([UInt8])
    case capture(before: [UInt8], after: [UInt8])
    /// All remaining segments.
    case rest
  }

  private(set) var segments: [Segment] = []
  private(set) var problem: String?
  /// The number of texts that it captures.
  private(set) var captures = 0
  /// The whole path, used if it captures nothing.
  private let text: [UInt8]

  init(_ path: String) {
    text = Array(path.utf8)
    guard path.hasPrefix("/") else {
      problem = "has to begin with a slash: write \"/\(path)\""
      return
    }
    if let other = Self.otherCapture(in: path) {
      problem = "is no regular expression: write {name} instead of \(other)"
      return
    }
    let parts = path.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let bytes = Array(part)
      let opening = bytes.firstIndex(of: UInt8(ascii: "{"))
      let closing = bytes.lastIndex(of: UInt8(ascii: "}"))
      guard let opening, let closing, opening < closing else {
        if opening != nil || closing != nil { problem = "has a brace without its other half" }
        segments.append(.text(bytes))
        continue
      }
      let name = bytes[(opening + 1)..<closing]
      let isRest = name.suffix(3).elementsEqual("...".utf8)
      if name.contains(UInt8(ascii: "{")) || name.contains(UInt8(ascii: "}")) {
        problem = "captures twice in one segment"
      } else if name.count == (isRest ? 3 : 0) {
        problem = "has a capture without a name"
      } else if isRest, index + 1 < parts.count || bytes.count != name.count + 2 {
        problem = "has something behind or before {...}, which captures all the rest"
      }
      captures += 1
      segments.append(
        isRest
          ? .rest
          : .capture(
            before: Array(bytes[..<opening]), after: Array(bytes[(closing + 1)...])))
    }
  }

  /// Returns a part of a path that captures in another framework, or nil.
  private static func otherCapture(in path: String) -> String? {
    for part in path.split(separator: "/") {
      let bytes = part.utf8
      let isCapture =
        part.hasPrefix("(?P<") || (bytes.first == UInt8(ascii: "<") && part.hasSuffix(">"))
        || (bytes.first == UInt8(ascii: ":") && bytes.count > 1)
        || bytes.contains(UInt8(ascii: "\\"))
      if isCapture { return String(part) }
    }
    return nil
  }

  /// The path without the names of its captures.
  var shape: String {
    segments.map { segment in
      switch segment {
      case .text(let text): "/" + String(decoding: text, as: UTF8.self)
      case .capture(let before, let after):
        "/\(String(decoding: before, as: UTF8.self)){}\(String(decoding: after, as: UTF8.self))"
      case .rest: "/{...}"
      }
    }
    .joined()
  }

  /// Returns the texts that a path captures, or nil if it does not match.
  func match(_ path: ArraySlice<UInt8>) -> [String]? {
    guard problem == nil else { return nil }
    guard captures > 0 else { return path.elementsEqual(text) ? [] : nil }
    guard path.first == UInt8(ascii: "/") else { return nil }
    var texts: [String] = []
    var rest = path.dropFirst()
    for (index, segment) in segments.enumerated() {
      if case .rest = segment {
        texts.append(String(decoding: rest, as: UTF8.self))
        return texts
      }
      let part = rest.prefix { $0 != UInt8(ascii: "/") }
      // The path must have the same number of segments as the pattern.
      let isLast = part.endIndex == rest.endIndex
      guard isLast == (index + 1 == segments.count) else { return nil }
      switch segment {
      case .text(let text): guard part.elementsEqual(text) else { return nil }
      case .capture(let before, let after):
        guard part.count > before.count + after.count, part.starts(with: before),
          part.suffix(after.count).elementsEqual(after)
        else { return nil }
        let captured = part.dropFirst(before.count).dropLast(after.count)
        texts.append(String(decoding: captured, as: UTF8.self))
      case .rest: break
      }
      rest = rest[part.endIndex...].dropFirst()
    }
    return texts
  }

  /// Returns the path with texts in the places of its captures; it needs one for each.
  func path(with texts: [String]) -> String {
    var texts = texts[...]
    return segments.map { segment in
      switch segment {
      case .text(let text): "/" + String(decoding: text, as: UTF8.self)
      case .capture(let before, let after):
        "/" + String(decoding: before, as: UTF8.self) + (texts.popFirst() ?? "")
          + String(decoding: after, as: UTF8.self)
      case .rest: "/" + (texts.popFirst() ?? "")
      }
    }
    .joined()
  }
}
