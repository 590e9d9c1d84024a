// The names of uploaded files, made safe for every system.

/// Returns a name that you can use for a file.
///
/// A name from a visitor can be a path, have characters that nobody sees, or mean a device on
/// Windows.
///
/// - Parameter name: The name that was sent.
/// - Returns: A name without a folder, with at most 100 characters and 200 bytes.
func safeFilename(_ name: String) -> String {
  let last = name.unicodeScalars.reversed().prefix { $0 != "/" && $0 != "\\" }.reversed()
  var safe: [Unicode.Scalar] = []
  for scalar in last where !isInvisible(scalar) {
    if isSpace(scalar) {
      if safe.last != " " { safe.append(" ") }
    } else {
      safe.append(forbidden.contains(scalar) ? "_" : scalar)
    }
  }
  safe = Array(safe.drop(while: isSpaceOrDot))
  removeEnd(&safe)
  if isDevice(safe) { safe.insert("_", at: 0) }
  safe = shortened(safe)
  return safe.isEmpty ? "file" : String(safe)
}

/// Characters that Windows forbids.
private let forbidden: Set<Unicode.Scalar> = ["<", ">", ":", "\"", "|", "?", "*"]

/// Whether a character is a control character, or one that nobody sees.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5,
    0x180B...0x180F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x2800, 0x3164,
    0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A,
    0xE0000...0xE0FFF:
    true
  default: false
  }
}

private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
  default: false
  }
}

private func isSpaceOrDot(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "." }

private func removeEnd(_ name: inout [Unicode.Scalar]) {
  while let last = name.last, isSpaceOrDot(last) { name.removeLast() }
}

/// Whether Windows takes a name for a device, such as `NUL.txt`.
private func isDevice(_ name: [Unicode.Scalar]) -> Bool {
  var stem = name.prefix { $0 != "." }
  while stem.last == " " { stem.removeLast() }
  let lower = stem.map { scalar in
    ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
  }
  if devices.contains(lower) { return true }
  guard lower.count == 4, numberedDevices.contains(Array(lower.dropLast())) else { return false }
  return switch lower[3] {
  case "0"..."9", "\u{B9}", "\u{B2}", "\u{B3}": true
  default: false
  }
}

private let devices = ["con", "prn", "aux", "nul", "conin$", "conout$"].map {
  Array($0.unicodeScalars)
}
private let numberedDevices = ["com", "lpt"].map { Array($0.unicodeScalars) }

/// Shortens a name to 100 characters and 200 bytes, and keeps its extension.
private func shortened(_ name: [Unicode.Scalar]) -> [Unicode.Scalar] {
  func bytes(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
    scalars.reduce(0) { $0 + UTF8.width($1) }
  }
  let dot = name.lastIndex(of: ".") ?? name.endIndex
  let ending = name.endIndex - dot <= 16 ? name[dot...] : []
  var rest = Array(name.dropLast(ending.count).prefix(100 - ending.count))
  var size = bytes(rest) + bytes(ending)
  while size > 200, let last = rest.popLast() { size -= UTF8.width(last) }
  removeEnd(&rest)
  return rest + ending
}
