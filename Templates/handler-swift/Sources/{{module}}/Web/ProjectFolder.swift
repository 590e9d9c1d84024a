// Where the project is, and which of its files a path may lead to. wsgi.py and the tests tell the
// library the project's folder.

import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder of the project, which contains `wsgi.py`, `templates/` and `static/`.
enum ProjectFolder {
  private static let opened = Mutex(".")

  /// The path of the folder; "." until ``open(_:)`` is called.
  static var path: String { opened.withLock { $0 } }

  /// Remembers the path of the folder.
  static func open(_ path: String) { opened.withLock { $0 = path } }

  /// Whether `pa-new preview` shows the application, so that files may change.
  static let isPreview = getenv("PA_NEW_PREVIEW").map { String(cString: $0) } == "1"

  /// Whether `pa-new visit` makes the request: it shows the log to the one who writes the code.
  static let isVisit = getenv("PA_NEW_VISIT").map { String(cString: $0) } == "1"

  /// Returns the path of a file or folder of the project.
  ///
  /// - Parameter path: A path below the project's folder, or an absolute one.
  /// - Returns: The path, with the folder.
  static func locate(_ path: String) -> String {
    path.hasPrefix("/") ? path : self.path + "/" + path
  }

  /// Returns the path of the file that a path below a folder leads to, or nil if it leads out of the
  /// folder.
  ///
  /// The file need not exist. Symbolic links are followed before the path is checked.
  ///
  /// - Parameters:
  ///   - path: A path below the folder, with "/". It can come from a visitor.
  ///   - folder: The folder.
  /// - Returns: The path, with the folder.
  static func find(_ path: String, inside folder: String) -> String? {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isPlain = !parts.contains { $0.isEmpty || [".", ".."].contains(Substring($0)) }
    guard isPlain, !path.utf8.contains(UInt8(ascii: "\\")), !path.utf8.contains(0) else {
      return nil
    }
    let file = folder + "/" + path
    guard let realFile = realPath(file) else { return errno == ELOOP ? nil : file }
    guard let realFolder = realPath(folder) else { return file }
    let start = realFolder.hasSuffix("/") ? realFolder : realFolder + "/"
    return realFile.utf8.starts(with: start.utf8) ? realFile : nil
  }

  /// Returns a path without links, or nil if there is nothing.
  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
