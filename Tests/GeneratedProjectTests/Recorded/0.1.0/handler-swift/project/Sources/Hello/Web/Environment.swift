// What a request says of itself: its WSGI variables.

/// The variables of one request, such as `REQUEST_METHOD` and `HTTP_ACCEPT`, as PEP 3333 has them.
///
/// They stay the bytes that the server gave until somebody asks for one.
struct Environment {
  private let bytes: [UInt8]
  /// How many variables there are.
  private let count: Int
  /// Where each text ends: first the names, then the values.
  private let ends: [Int]

  /// Copies variables; nil where the lengths do not add up.
  ///
  /// - Parameters:
  ///   - bytes: All names, and behind them all values in the same order.
  ///   - lengths: How many bytes each of them has.
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

  /// The text of a variable; what is not UTF-8 in it shows as U+FFFD.
  subscript(name: String) -> String? {
    self.bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Returns the bytes of a variable.
  ///
  /// - Parameter name: The variable.
  /// - Returns: Its bytes; nil where there is no such variable.
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
