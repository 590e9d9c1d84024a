// The delimiters that enclose tags, and the tag that changes them.

extension Mustache {
  /// The bytes around a tag.
  final class Delimiters: Sendable {
    let opening: [UInt8]
    let closing: [UInt8]
    /// The end of a triple mustache, `}}}` unless other delimiters are set.
    let unescapedClosing: [UInt8]
    /// The end of a set delimiter tag, `=}}` unless other delimiters are set.
    let delimitersClosing: [UInt8]

    static let `default` = Delimiters(opening: Array("{{".utf8), closing: Array("}}".utf8))

    init(opening: [UInt8], closing: [UInt8]) {
      self.opening = opening
      self.closing = closing
      self.unescapedClosing = [Byte.closingBrace] + closing
      self.delimitersClosing = [Byte.equals] + closing
    }
  }

  /// The bytes that have a meaning to the engine.
  enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let dot = UInt8(ascii: ".")
    static let star = UInt8(ascii: "*")
    static let equals = UInt8(ascii: "=")
    static let closingBrace = UInt8(ascii: "}")

    /// Whether a standalone tag may have this byte before or after it on its line.
    static func isBlank(_ byte: UInt8) -> Bool {
      byte == space || byte == tab
    }

    /// Whether a byte separates words: tab, line feed, vertical tab, form feed, return, space.
    static func isWhitespace(_ byte: UInt8) -> Bool {
      byte == space || (9...13).contains(byte)
    }
  }
}
