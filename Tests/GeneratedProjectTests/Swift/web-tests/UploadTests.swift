// Tests of uploaded files: their names, their contents, and how they are saved.

import Foundation
import Testing

@testable import Hello

/// A folder that is deleted with this value.
final class TestFolder: Sendable {
  let path =
    "\(FileManager.default.temporaryDirectory.path)/pa-new-\(UInt64.random(in: 0 ... .max))"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of its files.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path) }
  }
}

@Suite("Uploaded files")
struct UploadTests {
  @Test(
    "have safe names",
    arguments: [
      ("photo.jpg", "photo.jpg"), ("C:\\Users\\ann\\photo.jpg", "photo.jpg"),
      ("../../etc/passwd", "passwd"), ("..", "file"), ("/", "file"), ("", "file"), (" . ", "file"),
      (".htaccess", "htaccess"), ("  a  b .txt", "a b.txt"), ("a..txt", "a.txt"), ("a. .", "a"),
      ("a\u{0}b\nc\u{7F}", "abc"), ("\u{202E}gpj.exe", "gpj.exe"), ("a\u{3000}\u{A0}b", "a b"),
      ("a<b>:\"c|?*", "a_b___c___"), ("ä\u{1F600}.png", "ä\u{1F600}.png"),
      ("nul", "_nul"), ("CON.txt", "_CON.txt"), ("Com1 .x", "_Com1.x"), ("lpt\u{B9}", "_lpt\u{B9}"),
      ("COM10", "COM10"), ("con$", "con$"), ("CONIN$", "_CONIN$"), ("null", "null"), ("com", "com"),
      ("com\u{301}", "com\u{301}"),
      (String(repeating: "a", count: 300) + ".jpeg", String(repeating: "a", count: 95) + ".jpeg"),
      ("a." + String(repeating: "b", count: 300), "a." + String(repeating: "b", count: 98)),
      (
        String(repeating: "\u{1F600}", count: 99) + ".png",
        String(repeating: "\u{1F600}", count: 49) + ".png"
      ),
      (String(repeating: "a", count: 95) + " ....png", String(repeating: "a", count: 95) + ".png"),
    ]
  )
  func names(sent: String, safe: String) {
    let name = safeFilename(sent)
    #expect(Array(name.utf8) == Array(safe.utf8), "\(name)")
    #expect(Array(safeFilename(name).utf8) == Array(name.utf8))
  }

  /// Returns the files of a form with these contents.
  private func uploaded(_ contents: [[UInt8]]) throws -> [UploadedFile] {
    let head = Array("--B\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n".utf8)
    let body = contents.flatMap { head + $0 + Array("\r\n".utf8) } + Array("--B--".utf8)
    let variables = [
      "CONTENT_LENGTH": "\(body.count)", "CONTENT_TYPE": "multipart/form-data; boundary=B",
    ]
    var rest = body[...]
    let form = try RequestForm(
      multipart: Environment(variables),
      limit: .max,
      limits: RequestLimits()
    ) {
      let piece = rest.prefix(min($0.count, 50_000))
      rest = rest.dropFirst(piece.count)
      $0.copyBytes(from: piece)
      return piece.count
    }
    return form.files.map(\.file)
  }

  @Test("have all their bytes, in memory and on the disk", arguments: [1, 10, 262_144, 262_145])
  func contents(size: Int) throws {
    let contents = [
      (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }, [], [1, 2, 3],
      [UInt8](repeating: 13, count: size),
    ]
    let files = try uploaded(contents)
    #expect(try files.map { try $0.bytes() } == contents)
    #expect(files.map(\.size) == contents.map(\.count))
    #expect(try files[0].bytes(from: size - 1, count: 9) == [contents[0][size - 1]])
    for (start, count) in [(size, 1), (0, 0), (0, -1), (.max, .max), (.min, .min), (9, .min)] {
      #expect(try files[0].bytes(from: start, count: count) == [])
    }
    #expect(try files[2].bytes(from: -5, count: .max) == [1, 2, 3])
  }

  /// Returns how many names each open file of this size has, one number for each descriptor.
  private func nameCounts(ofOpenFilesWithSize size: Int) -> [Int] {
    // The system takes the lowest number that is free: all descriptors are among these.
    (CInt(0)..<4096).compactMap { descriptor in
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_size == size else { return nil }
      return Int(status.st_nlink)
    }
  }

  @Test("leave no file behind")
  func deleted() throws {
    // Other tests run at the same time, in the same process: no file of theirs has this size.
    let large = [UInt8](repeating: 0, count: 300_007)
    var files = try uploaded([large])
    for _ in 1...9 { _ = try uploaded([large]) }
    // Only the file that is in use is open, and it has no name.
    #expect(nameCounts(ofOpenFilesWithSize: large.count) == [0])
    #expect(try files[0].bytes() == large)
    files = []
    #expect(nameCounts(ofOpenFilesWithSize: large.count) == [])
  }

  @Test("are saved whole or not at all, and replace no file")
  func saved() throws {
    let folder = try TestFolder()
    let files = try uploaded([[1, 2], [UInt8](repeating: 7, count: 300_000)])
    let path = folder.path + "/a"
    try files[0].save(to: path)
    #expect(FileManager.default.contents(atPath: path) == Data([1, 2]))
    #expect {
      try files[1].save(to: path)
    } throws: { error in
      "\(error)".contains("there is a file already")
    }
    #expect(FileManager.default.contents(atPath: path) == Data([1, 2]))
    try files[1].save(to: path, overwrite: true)
    #expect(FileManager.default.contents(atPath: path)?.count == 300_000)
    for path in ["", "/none/a", "/a/b", "/b\0c"].map({ folder.path + $0 }) + ["", "/"] {
      #expect(throws: UploadError.self) { try files[0].save(to: path) }
      #expect(throws: UploadError.self) { try files[0].save(to: path, overwrite: true) }
    }
    #expect(try folder.names == ["a"])
  }
}
