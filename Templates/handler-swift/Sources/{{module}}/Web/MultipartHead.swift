// What a form with files says about its parts: the boundary between them, their names and types.

/// Returns the boundary in the value of `Content-Type`, or nil if there is no valid one.
func boundary(in contentType: ArraySlice<UInt8>) -> [UInt8]? {
  // A header field is Latin-1.
  let parameters = parameters(of: contentType.map { Unicode.Scalar($0) })
  guard let boundary = parameters?[scalars("boundary")], let last = boundary.last, last != " ",
    boundary.count <= 70, boundary.allSatisfy(isPlain)
  else { return nil }
  return boundary.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// The header of one part of a form.
struct PartHead {
  /// The name of the form's field.
  let name: String
  /// The name of the file, or nil for a text field.
  let filename: String?
  /// The media type.
  let contentType: String

  /// Reads a header.
  ///
  /// - Parameter bytes: Its lines, without the empty line at the end.
  /// - Throws: ``Malformed`` for a header that is not valid, and for a part that is encoded or has
  ///   parts of its own.
  init(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
    let fields = try Self.fields(bytes)
    let disposition = fields["content-disposition"] ?? []
    let kind = disposition.prefix { $0 != ";" }
    guard kind.count < disposition.count, lowercased(Array(trimmed(kind))) == scalars("form-data"),
      let parameters = parameters(of: disposition), let name = parameters[scalars("name")]
    else { throw .partHead }
    if let encoding = fields["content-transfer-encoding"].map({ lowercased($0) }),
      !["7bit", "8bit", "binary"].contains(where: { scalars($0) == encoding })
    {
      throw Malformed(what: "a part is encoded")
    }
    let filename = parameters[scalars("filename")]
    let type = fields["content-type"] ?? []
    if filename == nil, lowercased(type).starts(with: scalars("multipart/")) {
      throw Malformed(what: "a part has parts of its own")
    }
    self.name = try Self.text(name)
    if let filename { self.filename = try Self.text(filename) } else { self.filename = nil }
    let isType = !type.isEmpty && type.allSatisfy(isPlain)
    contentType = isType ? String(type) : "application/octet-stream"
  }

  /// Splits a header into its fields, with names in lower case.
  private static func fields(
    _ bytes: ArraySlice<UInt8>
  ) throws(Malformed) -> [String: [Unicode.Scalar]] {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    var fields: [String: [Unicode.Scalar]] = [:]
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let isLast = index + 1 == lines.count
      guard isLast || line.last == "\r" else { throw .partHead }
      let line = isLast ? line : line.dropLast()
      guard let colon = line.firstIndex(of: ":"), !line.contains("\r") else { throw .partHead }
      let name = line[..<colon].map(lowercased)
      guard !name.isEmpty, name.allSatisfy(isToken) else { throw .partHead }
      let value = Array(trimmed(Array(line[colon...].dropFirst())[...]))
      guard fields.updateValue(value, forKey: String(name)) == nil else { throw .partHead }
    }
    return fields
  }

  /// Returns a name without the escapes of browsers.
  private static func text(_ name: [Unicode.Scalar]) throws(Malformed) -> String {
    var text: [Unicode.Scalar] = []
    var rest = name[...]
    while let scalar = rest.popFirst() {
      let digits = scalar == "%" ? lowercased(Array(rest.prefix(2))) : []
      let escaped = escapes.first { $0.digits == digits }?.character
      text.append(escaped ?? scalar)
      if escaped != nil { rest = rest.dropFirst(2) }
    }
    return try String(checking: String(text).utf8)
  }
}

/// What browsers escape in names, behind "%".
private let escapes: [(digits: [Unicode.Scalar], character: Unicode.Scalar)] = [
  (scalars("22"), "\""), (scalars("0a"), "\n"), (scalars("0d"), "\r"),
]

extension Malformed {
  fileprivate static let partHead = Malformed(what: "the header of a part is not valid")
}

/// Returns the parameters of a header field, with names in lower case, or nil if it is not valid.
///
/// They are compared as arrays, which is fast for every text.
private func parameters(of field: [Unicode.Scalar]) -> [[Unicode.Scalar]: [Unicode.Scalar]]? {
  var parameters: [[Unicode.Scalar]: [Unicode.Scalar]] = [:]
  var rest = field.drop { $0 != ";" }
  while rest.popFirst() != nil {
    rest = rest.drop(while: isBlank)
    // A ";" alone is allowed.
    guard let first = rest.first, first != ";" else { continue }
    let name = rest.prefix { !isSpace($0) && $0 != ";" && $0 != "=" && $0 != "\"" }
    rest = rest[name.endIndex...].drop(while: isBlank)
    guard !name.isEmpty, rest.popFirst() == "=" else { return nil }
    rest = rest.drop(while: isBlank)
    // Browsers send %22 for a quotation mark, and a backslash as it is. Other clients put a backslash
    // before both. So it is an escape if the rest is then valid.
    guard
      let (value, end) = quoted(rest, hasEscapes: true) ?? quoted(rest, hasEscapes: false)
        ?? bare(rest),
      parameters.updateValue(value, forKey: lowercased(Array(name))) == nil
    else { return nil }
    rest = end
  }
  return parameters
}

private typealias Value = (value: [Unicode.Scalar], rest: ArraySlice<Unicode.Scalar>)

/// Returns the value in quotes at the start of a text, and what follows, or nil if there is none.
private func quoted(_ text: ArraySlice<Unicode.Scalar>, hasEscapes: Bool) -> Value? {
  guard text.first == "\"" else { return nil }
  var value: [Unicode.Scalar] = []
  var rest = text.dropFirst()
  while let scalar = rest.popFirst() {
    if scalar == "\"" { return ended(value, rest) }
    guard hasEscapes, scalar == "\\" else {
      value.append(scalar)
      continue
    }
    guard let next = rest.popFirst(), next != "\n" else { return nil }
    if next != "\"" && next != "\\" { value.append(scalar) }
    value.append(next)
  }
  return nil
}

/// Returns the value without quotes at the start of a text, and what follows, or nil.
private func bare(_ text: ArraySlice<Unicode.Scalar>) -> Value? {
  let value = text.prefix { !isBlank($0) && $0 != ";" && $0 != "\"" }
  return ended(Array(value), text[value.endIndex...])
}

/// Returns a value and what follows, if that is the end or the next parameter.
private func ended(_ value: [Unicode.Scalar], _ text: ArraySlice<Unicode.Scalar>) -> Value? {
  let rest = text.drop(while: isBlank)
  return rest.isEmpty || rest.first == ";" ? (value, rest) : nil
}

private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

private func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

/// Whether a character is printable ASCII.
private func isPlain(_ scalar: Unicode.Scalar) -> Bool { (" "..."~").contains(scalar) }

/// Whether the name of a header field can have a character (RFC 9110).
private func isToken(_ scalar: Unicode.Scalar) -> Bool {
  ("!"..."~").contains(scalar) && !"\"(),/:;<=>?@[\\]{}".unicodeScalars.contains(scalar)
}

/// Whether a character is white space, in any script.
private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
  (0x1C...0x1F).contains(scalar.value) || scalar.properties.isWhitespace
}

private func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  let lower = scalar.properties.lowercaseMapping.unicodeScalars
  return lower.count == 1 ? lower.first ?? scalar : scalar
}

private func lowercased(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] { scalars.map(lowercased) }

private func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
  var scalars = scalars.drop(while: isBlank)
  while let last = scalars.last, isBlank(last) { scalars.removeLast() }
  return scalars
}
