// The secret key of the project, which signs cookies: pa_env.py makes the same one.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The keys of the project.
struct SecretKeys: Sendable {
  /// The key that signs, then older keys whose signatures are still accepted.
  let keys: [[UInt8]]

  /// The keys of this project, which are read when they are first used.
  ///
  /// - Throws: ``SecretKeyError`` if there is no key.
  static var current: SecretKeys {
    get throws(SecretKeyError) { try result.get() }
  }

  private static let result = Result { () throws(SecretKeyError) in
    try SecretKeys(folder: ProjectFolder.path, settings: setting)
  }

  /// Reads the keys.
  ///
  /// The key is the setting `SECRET_KEY`, or the contents of the file `.secret_key`, which is made
  /// if it is missing. `SECRET_KEY_FALLBACKS` lists older keys, separated by commas.
  ///
  /// - Parameters:
  ///   - folder: The project's folder.
  ///   - settings: Returns the value of a setting, or nothing.
  /// - Throws: ``SecretKeyError`` for a setting that is too short, and a file that is damaged, or
  ///   cannot be written or read.
  init(folder: String, settings: (String) -> [UInt8]) throws(SecretKeyError) {
    var first = settings("SECRET_KEY")
    if first.isEmpty {
      first = try Self.key(in: folder + "/.secret_key")
    } else {
      try Self.expectLong(first, in: "SECRET_KEY")
    }
    let others = settings("SECRET_KEY_FALLBACKS").split(separator: UInt8(ascii: ","))
      .map { Array(trimmed($0, of: " \t\n\r\u{B}\u{C}")) }
      .filter { !$0.isEmpty }
    for key in others { try Self.expectLong(key, in: "SECRET_KEY_FALLBACKS") }
    keys = [first] + others
  }

  /// Refuses a key in a setting that people could guess, and then sign as the app does.
  private static func expectLong(_ key: [UInt8], in name: String) throws(SecretKeyError) {
    let (count, least) = (String(decoding: key, as: UTF8.self).unicodeScalars.count, 32)
    guard count < least else { return }
    throw SecretKeyError(
      description: "\(name) has a key of \(count) characters, which can be guessed: use "
        + "\(least) random ones or more, or remove the setting: the app makes a key")
  }

  /// Returns the key in a file; if the file is missing, a new one is made.
  private static func key(in path: String) throws(SecretKeyError) -> [UInt8] {
    if access(path, F_OK) != 0 { try make(path) }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SecretKeyError("read", path) }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &text, text.count)
    guard count >= 0 else { throw SecretKeyError("read", path) }
    let key = trimmed(text[..<count], of: " \t\n\r\u{B}\u{C}")
    guard key.count >= 64, key.allSatisfy({ $0 < 0x80 }) else {
      throw SecretKeyError(description: "\(path) is damaged: delete it, and reload the app")
    }
    return Array(key)
  }

  /// Writes a new key, unless another worker has just done it: whole, or not at all.
  private static func make(_ path: String) throws(SecretKeyError) {
    let new = "\(path)-\(hexadecimal(randomBytes(8)))"
    let file = openNewFile(new, mode: 0o600)
    guard file >= 0 else { throw SecretKeyError("make", path) }
    defer { unlink(new) }
    let key = Array(hexadecimal(randomBytes(32)).utf8)
    let isWritten = write(file, key, key.count) == key.count && fsync(file) == 0
    guard close(file) == 0, isWritten else { throw SecretKeyError("make", path) }
    guard link(new, path) == 0 || errno == EEXIST else { throw SecretKeyError("make", path) }
  }
}

/// The project has no secret key; the message says why.
struct SecretKeyError: Error, CustomStringConvertible {
  let description: String

  fileprivate init(description: String) { self.description = description }

  /// Describes the failure of the last system call.
  fileprivate init(_ action: String, _ path: String) {
    description = "cannot \(action) \(path): \(String(cString: strerror(errno)))"
  }
}

/// Returns the value of a setting; the entry file has put those of `.env` into the environment.
private func setting(_ name: String) -> [UInt8] {
  getenv(name).map { Array(String(cString: $0).utf8) } ?? []
}
