// What belongs into the host's error log.

/// Lines for the host's error log: the entry file writes them there once the answer is made.
final class Log {
  private(set) var text = ""

  /// Adds a line.
  ///
  /// - Parameter line: The line. Control characters are escaped, so that nothing that a client
  ///   sent can pass for a line of the log.
  func write(_ line: String) {
    for scalar in line.unicodeScalars {
      if scalar.properties.generalCategory == .control {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
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
