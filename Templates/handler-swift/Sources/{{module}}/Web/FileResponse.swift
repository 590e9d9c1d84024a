// Responses with files: the whole file, or the part that the client asks for.

extension Response {
  /// Makes a response with a file; a client that asks for a part of it gets that part.
  ///
  /// Browsers keep the file, and ask whether it has changed.
  ///
  /// - Parameters:
  ///   - path: The path of the file. A relative one is below the project's folder.
  ///   - folder: If the path comes from the request, the folder that it must not lead out of. It does
  ///     not lead to hidden files, either.
  ///   - downloadName: The browser saves the file under this name, and does not show it. Use it for
  ///     all files that visitors upload.
  ///   - contentType: The type of the file (default: known by its ending).
  /// - Returns: The response, which is read from the disk while it is sent.
  /// - Throws: ``HTTPError`` 404 if there is no such file, and ``FileError`` if it cannot be read.
  static func file(
    _ path: String,
    in folder: String? = nil,
    downloadName: String = "",
    contentType: String = ""
  ) throws -> Response {
    let file = try opened(path, in: folder)
    let kind = contentType.isEmpty ? mediaType(of: file.path) : contentType
    var response = Response(bytes: [], contentType: kind)
    if !downloadName.isEmpty {
      response.headers.set("Content-Disposition", attachment(downloadName))
    }
    response.headers.set("Accept-Ranges", "bytes")
    response.setETag(
      String(file.modified, radix: 16) + "-" + String(file.size, radix: 16))
    response.setLastModified(seconds: Int((Double(file.modified) / 1e9).rounded(.down)))
    response.body = .file(file, 0..<file.size)
    return response
  }

  /// Sends only the part of the file that the client wants, if it wants a part.
  ///
  /// - Throws: ``HTTPError`` 416 if the file does not have the part.
  mutating func selectPart(for method: String, _ environment: Environment) throws(HTTPError) {
    guard case .file(let file, _) = body, isSame(method, "GET"), status == .ok,
      !isCurrent(for: method, environment)
    else { return }
    let wanted = environment.bytes(of: "HTTP_IF_RANGE") ?? []
    let current = [headers["ETag"], headers["Last-Modified"]]
    // The client may have a part of another version.
    guard wanted.isEmpty || current.contains(where: { wanted.elementsEqual(($0 ?? "").utf8) }),
      let part = try wantedPart(environment, of: file.size)
    else { return }
    status = .partialContent
    headers.set("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)")
    body = .file(file, part)
  }
}

/// Opens the file to send; a path that leads out of its folder is a 404.
private func opened(_ path: String, in folder: String?) throws -> OpenFile {
  let base = ProjectFolder.locate(folder ?? path)
  do {
    if folder == nil { return try OpenFile(base) }
    let isHidden = path.utf8.split(separator: UInt8(ascii: "/"))
      .contains { $0.first == UInt8(ascii: ".") }
    let file = ProjectFolder.find(path, inside: base)
    guard !isHidden, let file else { throw HTTPError(404) }
    return try OpenFile(file)
  } catch let error as FileError where error.isMissing {
    var missing = HTTPError(404)
    // What a visitor asks for can be missing; what the code names, or a folder, not.
    if folder == nil || Hints.isNoFolder(base) {
      missing.note = "Response.file: \(Hints.missingFile(base))"
    }
    throw missing
  }
}

/// Returns the part of a file that a request asks for.
///
/// A range that is not valid, or more than one, means the whole file: nil.
private func wantedPart(
  _ environment: Environment,
  of size: Int
) throws(HTTPError) -> Range<Int>? {
  let header = environment.bytes(of: "HTTP_RANGE") ?? []
  guard header.starts(with: "bytes=".utf8) else { return nil }
  let range = header.dropFirst(6)
  guard let dash = range.firstIndex(of: UInt8(ascii: "-")) else { return nil }
  func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.count <= 18, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { 10 * $0 + Int($1 - 0x30) }
  }
  let (before, after) = (range[..<dash], range[(dash + 1)...])
  guard let first = number(before), let last = number(after), !(before.isEmpty && after.isEmpty),
    before.isEmpty || after.isEmpty || first <= last
  else { return nil }
  let start = before.isEmpty ? max(size - last, 0) : first
  let end = before.isEmpty || after.isEmpty ? size : min(last + 1, size)
  guard start < size else {
    throw HTTPError(416, headers: [("Content-Range", "bytes */\(size)")])
  }
  return start..<end
}

/// Returns the field for a file that the browser saves under a name.
private func attachment(_ name: String) -> String {
  var safe = ""
  var plain = ""
  for scalar in name.unicodeScalars {
    let isSafe = isPrintable(scalar) && !"/\\\"".unicodeScalars.contains(scalar)
    safe.unicodeScalars.append(isSafe ? scalar : "_")
    plain.unicodeScalars.append(isSafe && scalar.isASCII ? scalar : "_")
  }
  let field = "attachment; filename=\"\(plain)\""
  return isSame(safe, plain) ? field : "\(field); filename*=UTF-8''\(percentEncoded(safe))"
}

/// Returns the media type of a file by its ending.
private func mediaType(of path: String) -> String {
  let name = (path.utf8.split(separator: UInt8(ascii: "/")).last ?? path[...].utf8)
    .drop { $0 == UInt8(ascii: ".") }
  guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return "application/octet-stream" }
  let ending = name[name.index(after: dot)...].map(lowercased)
  return switch String(decoding: ending, as: UTF8.self) {
  case "htm", "html": "text/html; charset=utf-8"
  case "md", "txt": "text/plain; charset=utf-8"
  case "js", "mjs": "text/javascript; charset=utf-8"
  case "css": "text/css; charset=utf-8"
  case "csv": "text/csv; charset=utf-8"
  case "xml": "text/xml; charset=utf-8"
  case "json": "application/json"
  case "pdf": "application/pdf"
  case "wasm": "application/wasm"
  case "zip": "application/zip"
  case "gz": "application/gzip"
  case "avif": "image/avif"
  case "gif": "image/gif"
  case "ico": "image/x-icon"
  case "jpeg", "jpg": "image/jpeg"
  case "png": "image/png"
  case "svg": "image/svg+xml"
  case "webp": "image/webp"
  case "woff": "font/woff"
  case "woff2": "font/woff2"
  case "mp3": "audio/mpeg"
  case "ogg": "audio/ogg"
  case "wav": "audio/wav"
  case "mp4": "video/mp4"
  case "webm": "video/webm"
  default: "application/octet-stream"
  }
}
