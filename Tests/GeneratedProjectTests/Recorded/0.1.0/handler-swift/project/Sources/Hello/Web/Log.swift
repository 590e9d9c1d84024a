// What belongs into the host's error log.

/// Lines for the host's error log: the entry file writes them there once the answer is made.
final class Log {
  private(set) var text = ""

  /// Adds a line.
  ///
  /// - Parameter line: The line. What does not show in it is escaped, so that nothing that a
  ///   client sent can pass for a line of the log.
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

  /// Takes all lines out.
  func drain() -> String {
    defer { text = "" }
    return text
  }
}
