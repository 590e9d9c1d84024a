// Messages for the host's error log.

/// Lines for the host's error log.
///
/// The entry file writes them there when the answer is complete.
final class Log {
  private(set) var text = ""

  /// Adds a line.
  ///
  /// - Parameter line: The line. Characters that are not printable are escaped, so that a client
  ///   cannot fake a line of the log.
  func write(_ line: String) {
    for scalar in line.unicodeScalars {
      if isPrintable(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += scalar.escaped(asASCII: true)
      }
    }
    text += "\n"
  }

  /// Returns all lines, and removes them.
  func drain() -> String {
    defer { text = "" }
    return text
  }
}
