// What a template adds to an existing project: the part of its manifest for `pa-new add`.

/// What a template adds to an existing project for a new handler.
public struct Addition: Sendable, Hashable {
    /// A place in a file that the user may have edited.
    public enum Place: Sendable, Hashable {
        /// The end of the file; or before the last statement, if it starts with this text.
        case end(before: String?)
        /// The end of the list that a name has as its value.
        case list(String)
        /// The names that are imported from a module.
        case imported(String)
        /// After the last call of a function, in a line of its own.
        case call(String)
    }

    /// One piece of code.
    public struct Piece: Sendable, Hashable {
        /// The path of the file that gets it, as a template.
        public let file: String
        /// Its place in that file.
        public let place: Place
        /// The code in one line, as a template; nil if it is in a file.
        public let text: String?
        /// The file below ``TemplateFolder/additionsFolder`` with the code; nil if it is a text.
        public let source: String?
        /// The names that the code uses and the file has to define or import, each one a template.
        public let needs: [String]
        /// The names that the code defines, each one a template.
        public let names: [String]
        /// The condition for the piece.
        public let condition: Condition
    }

    /// How the routes of a project are written, to find those that exist.
    public struct Routes: Sendable, Hashable {
        /// The folder of the files with routes, as a template.
        public let folder: String
        /// The functions whose first argument is a path; an empty text for brackets without a name.
        public let calls: [String]
        /// Whether the first route that fits a path gets the request, so that a new one at the end may get none.
        public let isOrdered: Bool
    }

    /// The path of a page without `--path`, as a template.
    public internal(set) var path = "/{{handlerSlug}}"
    /// How the routes of a project are written.
    public internal(set) var routes: Routes?
    /// The pieces of code, in the order in which they are shown.
    public internal(set) var pieces: [Piece] = []

    /// The names that only the templates of an addition can use.
    static let names: Set<String> = [
        AdditionKind.handler.rawValue, "handlerType", "handlerSlug", "handlerTitle", "route",
        "routePattern",
        "routeTail",
    ]

    /// The templates in the manifest: paths, names and code in one line.
    var templates: [String] {
        [path] + [routes?.folder].compactMap(\.self)
            + pieces.flatMap { [$0.file] + [$0.text].compactMap(\.self) + $0.needs + $0.names }
    }
}

/// The kinds of additions, with their names in a manifest and on the command line.
public enum AdditionKind: String, Sendable, CaseIterable {
    case handler
}
