// The digest of bytes (FIPS 180-4). Linux has no CryptoKit, and neither the tool nor a generated
// project has dependencies. The tool recognises files that it wrote; a project signs its cookies.

/// SHA-256.
package enum SHA256 {
  /// Returns the digest of some bytes as text.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: 64 hexadecimal digits, in lower case.
  package static func hex(of bytes: [UInt8]) -> String {
    hex(of: digest(of: bytes))
  }

  /// Returns the words of a digest as text.
  static func hex(of words: [UInt32]) -> String {
    String(unsafeUninitializedCapacity: words.count * 8) { text in
      for place in text.indices {
        let digit = UInt8(truncatingIfNeeded: words[place / 8] >> UInt32(28 - place % 8 * 4)) & 15
        text[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
      }
      return text.count
    }
  }

  /// Returns the digest of some bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: 32 bytes.
  package static func bytes(of bytes: [UInt8]) -> [UInt8] {
    digest(of: bytes).flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  /// Returns the eight words of a digest.
  ///
  /// - Parameters:
  ///   - bytes: The bytes, or their end.
  ///   - state: The state after what comes before them, which are whole blocks.
  ///   - before: The number of bytes that come before them.
  /// - Returns: The words.
  static func digest(
    of bytes: [UInt8],
    from state: [UInt32] = initialState,
    after before: Int = 0
  ) -> [UInt32] {
    var state = state
    // The last, padded blocks: the rest of the bytes, one set bit, zeros, the length in bits.
    let whole = bytes.count / 64 * 64
    var tail = Array(bytes[whole...]) + [0x80]
    while tail.count % 64 != 56 { tail.append(0) }
    let bits = UInt64(before &+ bytes.count) &* 8
    for shift in stride(from: 56, through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    bytes.withUnsafeBytes { compress(&state, UnsafeRawBufferPointer(rebasing: $0[..<whole])) }
    tail.withUnsafeBytes { compress(&state, $0) }
    return state
  }

  /// Processes whole blocks of 64 bytes.
  static func compress(_ state: inout [UInt32], _ blocks: UnsafeRawBufferPointer) {
    roundConstants.withUnsafeBufferPointer { compress(&state, blocks, $0) }
  }

  /// Processes whole blocks of 64 bytes.
  private static func compress(
    _ state: inout [UInt32],
    _ blocks: UnsafeRawBufferPointer,
    _ constants: UnsafeBufferPointer<UInt32>
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      var (h0, h1, h2, h3) = (state[0], state[1], state[2], state[3])
      var (h4, h5, h6, h7) = (state[4], state[5], state[6], state[7])
      var start = 0
      while start < blocks.count {
        for index in 0..<16 {
          words[index] = UInt32(
            bigEndian: blocks.loadUnaligned(
              fromByteOffset: start &+ index &* 4,
              as: UInt32.self
            )
          )
        }
        for index in 16..<64 {
          let early = words[index &- 15]
          let late = words[index &- 2]
          let s0 = rotated(early, 7) ^ rotated(early, 18) ^ (early &>> 3)
          let s1 = rotated(late, 17) ^ rotated(late, 19) ^ (late &>> 10)
          words[index] = words[index &- 16] &+ s0 &+ words[index &- 7] &+ s1
        }
        var (a, b, c, d, e, f, g, h) = (h0, h1, h2, h3, h4, h5, h6, h7)
        // Eight rounds at a time: each call renames the eight values instead of moving them.
        for index in stride(from: 0, to: 64, by: 8) {
          func input(_ step: Int) -> UInt32 {
            constants[index &+ step] &+ words[index &+ step]
          }
          round(a, b, c, &d, e, f, g, &h, input(0))
          round(h, a, b, &c, d, e, f, &g, input(1))
          round(g, h, a, &b, c, d, e, &f, input(2))
          round(f, g, h, &a, b, c, d, &e, input(3))
          round(e, f, g, &h, a, b, c, &d, input(4))
          round(d, e, f, &g, h, a, b, &c, input(5))
          round(c, d, e, &f, g, h, a, &b, input(6))
          round(b, c, d, &e, f, g, h, &a, input(7))
        }
        h0 &+= a
        h1 &+= b
        h2 &+= c
        h3 &+= d
        h4 &+= e
        h5 &+= f
        h6 &+= g
        h7 &+= h
        start &+= 64
      }
      state = [h0, h1, h2, h3, h4, h5, h6, h7]
    }
  }

  /// One round: changes the two values that are not simply moved.
  @inline(__always)
  private static func round(
    _ a: UInt32,
    _ b: UInt32,
    _ c: UInt32,
    _ d: inout UInt32,
    _ e: UInt32,
    _ f: UInt32,
    _ g: UInt32,
    _ h: inout UInt32,
    _ input: UInt32
  ) {
    let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let first = h &+ s1 &+ (g ^ (e & (f ^ g))) &+ input
    let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    d &+= first
    h = first &+ s0 &+ ((a & b) | (c & (a | b)))
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    (word &>> count) | (word &<< (32 &- count))
  }

  static let initialState: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
    0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
    0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
    0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
    0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
    0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
    0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
