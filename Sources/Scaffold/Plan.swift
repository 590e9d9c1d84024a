// The files that a project will have: paths only, nothing is rendered yet.

import Mustache
import ProjectFiles

/// The files that a project will have, sorted by path.
struct Plan: Sendable {
    /// One file of the project.
    struct File: Sendable {
        /// The path below the project's folder.
        let path: String
        /// The source of its contents.
        let source: Source
    }

    /// The source of a file's contents.
    enum Source: Sendable {
        /// A template to render.
        case template(TemplateFile)
        /// A file to copy byte for byte.
        case copy(TemplateFile)
        /// The project record.
        case record
        /// The baseline: all files that are made from templates.
        case baseline
    }

    let files: [File]
    /// What the contents may still need.
    let budget: OutputBudget

    /// The ending of a template's file name; the rendered file has the same name without it.
    static let templateSuffix = ".mustache"

    /// Plans a project.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - context: The names that its paths can use.
    /// - Throws: ``ScaffoldError/badPath(template:path:reason:)`` if a path would leave the project
    ///   or two files would have the same path; ``ScaffoldError/badTemplate(_:)`` if the path of a
    ///   template cannot be rendered.
    init(_ project: Project, _ context: Context) throws(ScaffoldError) {
        let framework = project.configuration.framework
        var budget = OutputBudget(for: framework, maxOutput: project.configuration.maxOutput)
        var files = [
            File(path: ProjectRecord.fileName, source: .record),
            File(path: Baseline.fileName, source: .baseline),
        ]
        var start = RenderedStart()
        for file in project.configuration.files {
            let isTemplate = file.path.hasSuffix(Self.templateSuffix)
            let path = try Self.path(of: file, in: framework, context, &start, &budget)
            files.append(File(path: path, source: isTemplate ? .template(file) : .copy(file)))
        }
        files.sort { $0.path < $1.path }
        do {
            try Self.check(files)
        } catch {
            throw framework.blamed(for: error)
        }
        self.files = files
        self.budget = budget
    }

    /// Returns the path of a file in the project.
    private static func path(
        of file: TemplateFile,
        in framework: Framework,
        _ context: Context,
        _ start: inout RenderedStart,
        _ budget: inout OutputBudget
    ) throws(ScaffoldError) -> String {
        let text = withoutTemplateSuffix(file.path)
        do throws(ScaffoldError) {
            let bytes = try budget.renderPath(file.path) { limits throws(ScaffoldError) in
                try start.render(text, using: &limits) { text, limits throws(ScaffoldError) in
                    let place = framework.place(file.path)
                    return try context.render(text, path: place, using: &limits)
                }
            }
            let path = String(decoding: bytes, as: UTF8.self)
            if let reason = pathProblem(path) {
                throw ScaffoldError.badPath(template: file.path, path: path, reason: reason)
            }
            return path
        } catch {
            throw framework.blamed(for: error)
        }
    }

    /// Returns the path in a project for the path of a file in a template folder.
    static func withoutTemplateSuffix(_ path: String) -> String {
        var path = path
        let start = path.withUTF8 { bytes -> String? in
            let count = bytes.count - templateSuffix.utf8.count
            guard count >= 0, bytes[count...].elementsEqual(templateSuffix.utf8) else { return nil }
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[..<count]), as: UTF8.self)
        }
        return start ?? path
    }

    /// Refuses paths that conflict with each other.
    private static func check(_ files: [File]) throws(ScaffoldError) {
        if areDistinct(files) { return }
        // Many file systems treat `A` and `a` as the same name, and some the two ways to write `é`.
        var numbers = PathNumbers()
        // By their numbers, which begin with 1.
        var takenBy: [PathNumbers.Part] = []
        for file in files {
            for part in numbers.parts(of: file.path) {
                if part.folded > takenBy.count {
                    takenBy.append(part)
                    continue
                }
                let other = takenBy[part.folded - 1]
                if !part.isSameFolder(as: other) {
                    throw .badPath(
                        template: file.origin,
                        path: file.path,
                        reason: .taken(by: other.path)
                    )
                }
            }
        }
    }
}

extension Plan {
    /// Whether no two of the paths, or of the folders above them, are the same for any file system.
    ///
    /// That is certain for names in ASCII if as many are left in lower case. False means to look at them one by one.
    private static func areDistinct(_ files: [File]) -> Bool {
        var names = Set<String>(minimumCapacity: 2 * files.count)
        var folders: Set<String> = []
        var last = "."
        for file in files {
            guard isASCII(file.path), names.insert(file.path.lowercased()).inserted else {
                return false
            }
            // Most files are in the folder of the one before.
            let folder = splitPath(file.path).parent
            if folder == last { continue }
            last = folder
            for folder in parents(of: file.path) where folders.insert(folder).inserted {
                guard names.insert(folder.lowercased()).inserted else { return false }
            }
        }
        return true
    }
}

/// The start of the last path that was rendered: most files are in a folder whose name has a tag.
private struct RenderedStart {
    private var template: [UInt8] = []
    private var result: [UInt8] = []

    /// Renders a path.
    ///
    /// - Parameters:
    ///   - path: The path, as a template.
    ///   - limits: The limits of this path.
    ///   - render: Renders a template.
    /// - Returns: The path.
    /// - Throws: The error of `render`.
    mutating func render(
        _ path: String,
        using limits: inout Mustache.Limits,
        _ render: (String, inout Mustache.Limits) throws(ScaffoldError) -> [UInt8]
    ) throws(ScaffoldError) -> [UInt8] {
        let bytes = Array(path.utf8)
        guard let start = Self.endOfTags(bytes), start > 0 else { return try render(path, &limits) }
        let end = bytes[start...]
        if isSame(bytes[..<start], template[...]), result.count + end.count <= limits.outputBytes {
            return result + end
        }
        let rendered = try render(path, &limits)
        (template, result) = (Array(bytes[..<start]), rendered.dropLast(end.count))
        return rendered
    }

    /// Returns the end of the last tag in a path, if there is certainly only text behind it; nil otherwise.
    private static func endOfTags(_ path: [UInt8]) -> Int? {
        var end = path.count
        while end > 0, path[end - 1] != UInt8(ascii: "}") {
            if path[end - 1] == UInt8(ascii: "{") { return nil }
            end -= 1
        }
        // White space can belong to the line of a tag, and a tag can change what tags look like.
        guard end < path.count, path[end] > UInt8(ascii: " "), !path.contains(UInt8(ascii: "="))
        else { return nil }
        return end
    }
}

extension Plan.File {
    /// The path of the file's source.
    fileprivate var origin: String {
        switch source {
        case .template(let file), .copy(let file): file.path
        case .record, .baseline: path
        }
    }
}
