// Where the project is: wsgi.py and the tests tell the library its folder.

import Synchronization

/// The folder of the project, which contains `wsgi.py`, `templates/` and `static/`.
enum ProjectFolder {
  private static let opened = Mutex(".")

  /// The path of the folder; "." until ``open(_:)`` is called.
  static var path: String { opened.withLock { $0 } }

  /// Remembers the path of the folder.
  static func open(_ path: String) { opened.withLock { $0 = path } }
}
