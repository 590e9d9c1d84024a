// Tests of the writer of JSON with values that fail, and with containers that take turns.

import Testing

@testable import Hello

/// Keys for values that are written by hand.
private enum Key: CodingKey {
  case a, b, c
}

/// A value that is written by a closure.
private struct Written: Encodable {
  let write: @Sendable (any Encoder) throws -> Void

  func encode(to encoder: any Encoder) throws { try write(encoder) }
}

@Suite("JSON that is written by hand")
struct WriterTests {
  private func text(_ write: @escaping @Sendable (any Encoder) throws -> Void) throws -> String {
    String(decoding: try json(Written(write: write)), as: UTF8.self)
  }

  @Test("leaves out an element that fails, and stays valid")
  func failures() throws {
    let object = try text { encoder in
      var container = encoder.container(keyedBy: Key.self)
      try? container.encode(Double.nan, forKey: .a)
      try container.encode(1, forKey: .b)
      try? container.encode([[1, Double.infinity]], forKey: .c)
    }
    #expect(object == #"{"b":1}"#)
    let array = try text { encoder in
      var container = encoder.unkeyedContainer()
      try? container.encode(Double.nan)
      try container.encode(1)
      try? container.encode(["x": [Double.nan]])
      #expect(container.count == 1)
      try container.encode(2)
    }
    #expect(array == "[1,2]")
    let single = try text { encoder in
      var container = encoder.singleValueContainer()
      try? container.encode([Float.nan])
      try container.encode("x")
    }
    #expect(single == #""x""#)
    let nothing = try text { encoder in
      var container = encoder.unkeyedContainer()
      try? container.encode(Written { _ in throw CancellationError() })
    }
    #expect(nothing == "[]")
  }

  @Test("is valid for encoders that write nothing, and for containers that take turns")
  func turns() throws {
    let unused = try text { encoder in
      var container = encoder.container(keyedBy: Key.self)
      _ = container.superEncoder()
      try container.encode(1, forKey: .a)
      _ = container.superEncoder(forKey: .b)
    }
    #expect(unused == #"{"super":{},"a":1,"b":{}}"#)
    let inArray = try text { encoder in
      var container = encoder.unkeyedContainer()
      _ = container.superEncoder()
      _ = container.superEncoder()
    }
    #expect(inArray == "[{},{}]")
    let turns = try text { encoder in
      var container = encoder.container(keyedBy: Key.self)
      var first = container.nestedUnkeyedContainer(forKey: .a)
      var second = container.nestedUnkeyedContainer(forKey: .b)
      try first.encode(1)
      try second.encode(2)
      try first.encode(3)
      try container.encode(4, forKey: .c)
    }
    #expect(turns == #"{"a":[1,3],"b":[2],"c":4}"#)
  }

  /// A value in as many arrays as its depth says.
  private struct Nested: Encodable {
    let depth: Int

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      if depth > 1 { try container.encode(Nested(depth: depth - 1)) }
    }
  }

  @Test("takes twice as long for twice the depth")
  func depth() throws {
    func seconds(_ depth: Int, _ times: Int) throws -> Double {
      let before = processorSeconds()
      for _ in 0..<times { _ = try json(Nested(depth: depth)) }
      return processorSeconds() - before
    }
    #expect(try json(Nested(depth: 3)) == Array("[[[]]]".utf8))
    _ = try seconds(100, 1)
    let shallow = try seconds(50, 40)
    let deep = try seconds(1000, 2)
    #expect(deep < 6 * shallow)
  }
}
