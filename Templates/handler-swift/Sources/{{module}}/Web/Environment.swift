// The WSGI variables of a request.

/// The variables of one request, such as `REQUEST_METHOD` and `HTTP_ACCEPT` (see PEP 3333).
///
/// They are kept as the server's bytes, and decoded when you read one.
final class Environment: Sendable {
  private let bytes: [UInt8]
  /// The number of variables.
  private let count: Int
  /// The end of each text: first the names, then the values.
  private let ends: [Int]

  /// Copies variables.
  ///
  /// Returns nil if the sum of the lengths is wrong.
  ///
  /// - Parameters:
  ///   - bytes: All names, then all values in the same order.
  ///   - lengths: The number of bytes of each name and each value.
  init?(bytes: UnsafeRawBufferPointer, lengths: UnsafeBufferPointer<UInt32>) {
    var end = 0
    ends = lengths.map { length in
      end += Int(length)
      return end
    }
    guard end == bytes.count, lengths.count.isMultiple(of: 2) else { return nil }
    count = lengths.count / 2
    self.bytes = Array(bytes)
  }

  /// Makes variables from texts, for tests.
  ///
  /// - Parameter variables: Names with their values.
  init(_ variables: [String: String]) {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for text in Array(variables.keys) + Array(variables.values) {
      bytes += text.utf8
      ends.append(bytes.count)
    }
    count = variables.count
    self.bytes = bytes
    self.ends = ends
  }

  /// The text of a variable.
  ///
  /// Invalid UTF-8, and more than 30 combining marks in a row, become U+FFFD.
  subscript(name: String) -> String? {
    self.bytes(of: name).map { String(repairing: $0) }
  }

  /// The names of the variables.
  var names: [String] {
    (0..<count).map { index in
      String(repairing: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
    }
  }

  /// Returns the bytes of a variable.
  ///
  /// - Parameter name: The name of the variable.
  /// - Returns: Its bytes, or nil if there is no such variable.
  func bytes(of name: String) -> ArraySlice<UInt8>? {
    var name = name
    let place = name.withUTF8 { name in
      bytes.withUnsafeBufferPointer { bytes in
        var start = 0
        for index in 0..<count {
          let end = ends[index]
          if end - start == name.count, bytes[start..<end].elementsEqual(name) { return index }
          start = end
        }
        return -1
      }
    }
    return place < 0 ? nil : bytes[ends[count + place - 1]..<ends[count + place]]
  }
}
