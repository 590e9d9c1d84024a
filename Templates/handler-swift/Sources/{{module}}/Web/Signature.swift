// Signatures (HMAC-SHA256), and the text forms of bytes in cookies and tokens.

/// Returns the signature of a message (RFC 2104).
///
/// - Parameters:
///   - message: The message.
///   - key: The secret key.
/// - Returns: 32 bytes.
func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
  var block = key.count > 64 ? SHA256.bytes(of: key) : key
  block += [UInt8](repeating: 0, count: 64 - block.count)
  let inner = SHA256.bytes(of: block.map { $0 ^ 0x36 } + message)
  return SHA256.bytes(of: block.map { $0 ^ 0x5C } + inner)
}

/// Whether two secrets are the same.
///
/// The time tells nothing about where they differ.
func isSameSecret(_ first: some Collection<UInt8>, _ second: some Collection<UInt8>) -> Bool {
  first.count == second.count && zip(first, second).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}

/// Returns random bytes that nobody can guess.
func randomBytes(_ count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

/// Returns bytes as hexadecimal digits, in lower case.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// Returns the bytes of hexadecimal digits in lower case.
///
/// - Parameters:
///   - text: The digits.
///   - count: The number of bytes.
/// - Returns: The bytes, or nil for any other text.
func bytes(hexadecimal text: some Collection<UInt8>, count: Int) -> [UInt8]? {
  guard text.count == 2 * count else { return nil }
  var bytes: [UInt8] = []
  var high: UInt8?
  for digit in text {
    guard let value = hexadecimal(digit), lowercased(digit) == digit else { return nil }
    if let first = high {
      bytes.append(first << 4 | value)
      high = nil
    } else {
      high = value
    }
  }
  return bytes
}

private let base64Digits = Array(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

/// Encodes bytes in the base64 of URLs (RFC 4648), without padding.
func base64URL(_ bytes: [UInt8]) -> String {
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  var (bits, count): (UInt32, UInt32) = (0, 0)
  for byte in bytes {
    bits = (bits << 8 | UInt32(byte)) & 0xFFFF
    count += 8
    while count >= 6 {
      count -= 6
      text.append(base64Digits[Int(bits >> count & 63)])
    }
  }
  if count > 0 { text.append(base64Digits[Int(bits << (6 - count) & 63)]) }
  return String(decoding: text, as: UTF8.self)
}

/// Decodes the base64 of URLs.
///
/// - Parameter text: The text.
/// - Returns: The bytes, or nil for a text that is not base64.
func bytes(base64URL text: some Collection<UInt8>) -> [UInt8]? {
  guard text.count % 4 != 1 else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.count / 4 * 3 + 2)
  var (bits, count): (UInt32, UInt32) = (0, 0)
  for digit in text {
    guard let value = base64Digits.firstIndex(of: digit) else { return nil }
    bits = (bits << 6 | UInt32(value)) & 0xFFFF
    count += 6
    if count >= 8 {
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
  }
  return bytes
}
