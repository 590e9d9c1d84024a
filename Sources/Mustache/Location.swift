// Places in the text of a template.

extension Mustache {
  /// A place in the text of a template.
  public struct Location: Sendable, Hashable, CustomStringConvertible {
    /// The path that the template was given.
    public let path: String

    /// The number of the line, from 1; a line ends with `\n` or `\r\n`.
    public let line: Int

    /// The number of the character in its line, from 1; a character is a Unicode code point.
    public let column: Int

    /// Makes a location.
    ///
    /// - Parameters:
    ///   - path: The path that the template was given.
    ///   - line: The number of the line, from 1.
    ///   - column: The number of the character in its line, from 1.
    public init(path: String, line: Int, column: Int) {
      self.path = path
      self.line = line
      self.column = column
    }

    /// The path, line, and column separated by colons, as compilers print it.
    public var description: String {
      "\(path):\(line):\(column)"
    }
  }

  /// Computes the lines and columns of offsets.
  ///
  /// The offsets must come in ascending order.
  ///
  /// Templates store offsets only. Locations are computed on demand, in one pass.
  package struct LocationFinder {
    private let path: String
    private let source: [UInt8]
    private var lineStart = 0
    private var offset = 0
    private var line = 1
    private var column = 1

    package init(path: String, source: [UInt8]) {
      self.path = path
      self.source = source
    }

    /// Advances to an offset and returns its location.
    ///
    /// Each code point has one byte that does not continue another one.
    package mutating func location(of target: Int) -> Location {
      var start = offset
      for index in offset..<max(offset, target) where source[index] == Byte.newline {
        line += 1
        column = 1
        lineStart = index + 1
        start = lineStart
      }
      column += source[start..<max(start, target)].count { $0 & 0xC0 != 0x80 }
      offset = max(offset, target)
      return Location(path: path, line: line, column: column)
    }

    /// The text of the line that contains the last location, without the line end.
    package var lineText: String {
      var end = source[offset...].firstIndex(of: Byte.newline) ?? source.count
      if end < source.count, end > lineStart, source[end - 1] == Byte.carriageReturn {
        end -= 1
      }
      return String(decoding: source[lineStart..<end], as: UTF8.self)
    }
  }
}
