// URLs of static files, which change with the files.

import Synchronization

extension Request {
  /// Returns the URL of a file in `static/`, which changes if the file does.
  ///
  /// So browsers may keep the file as long as they want. A missing file has a URL, too; the error log
  /// tells it.
  ///
  /// - Parameter path: The path below `static/`, such as `site.css`.
  /// - Returns: A path such as `/static/site.css?v=0123456789ab`.
  /// - Throws: ``StaticPathError`` if the path leads out of `static/`.
  func staticURL(_ path: String) throws -> String {
    let folder = ProjectFolder.locate("static")
    guard let file = ProjectFolder.find(path, inside: folder) else {
      throw StaticPathError(path: path)
    }
    let url = "/static/" + percentEncoded(path, except: "/")
    do {
      return try url + "?v=" + digest(of: file)
    } catch {
      let advice = Hints.missingStatic(path, in: folder) + Hints.templates(naming: path)
      writeFailure("static_url: static/\(path) cannot be read: \(error.reason)\(advice)")
      return url
    }
  }
}

/// A path that leads out of `static/`.
struct StaticPathError: Error, CustomStringConvertible {
  let path: String

  var description: String {
    let inner = path.drop { $0 == "/" }
    let rest = inner.hasPrefix("static/") ? inner.dropFirst(7) : inner
    let advice = rest.count == path.count ? "" : ": write '\(rest)'"
    return "not a path below static/: '\(path)'\(advice)"
  }
}

/// The digests of the static files that this worker has read, each with the time of the last change.
private let digests = Mutex<[String: (modified: Int, digest: String)]>([:])

/// Returns the first 12 digits of a file's digest.
///
/// A file is read once a worker, and in the preview whenever it has changed.
private func digest(of path: String) throws(FileError) -> String {
  let known = digests.withLock { $0[path] }
  if let known, !ProjectFolder.isPreview { return known.digest }
  let file = try OpenFile(path)
  if let known, known.modified == file.modified { return known.digest }
  let digest = String(SHA256.hex(of: try file.whole()).prefix(12))
  digests.withLock { digests in
    if digests.count >= 1024 { digests.removeAll() }
    digests[path] = (file.modified, digest)
  }
  return digest
}
