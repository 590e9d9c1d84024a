// Which entries of a baseline are pa-new's own files. The baseline is in the project, so a stranger can have
// written it: an entry alone moves and removes nothing.

import Mustache
import ProjectFiles

/// What the record and the templates say about the entries of a baseline.
struct BaselineProof {
    /// The paths of the entries whose path is that of their template in this project.
    private let proven: Set<String>
    /// The paths of all templates that are known, without the ending of a template.
    private let known: Set<String>
    /// The folders that a web server shows to everybody.
    private let served: Set<String>

    /// Compares a baseline with the record and the templates.
    ///
    /// - Parameters:
    ///   - base: The baseline.
    ///   - record: The project's record.
    ///   - request: The update.
    ///   - project: The project as it is to be.
    ///   - catalog: The available frameworks.
    init(
        of base: Baseline,
        _ record: ProjectRecord,
        for request: UpdateRequest,
        _ project: Project,
        _ catalog: Catalog
    ) {
        var names = Self.names(of: record, for: request, project, catalog)
        // Older templates can have had other questions.
        for (key, answer) in record.answers ?? [:] where names[key] == nil {
            names[key] = .string(answer.text)
        }
        let context = Context(values: names)
        proven = Set(
            base.files.filter { file in
                let template = Plan.withoutTemplateSuffix(file.template)
                if !template.utf8.contains(UInt8(ascii: "{")) { return file.path == template }
                var limits = Mustache.Limits(outputBytes: maxPathBytes, expansions: 0)
                let path = try? context.render(template, path: template, using: &limits)
                return path.map { file.path.utf8.elementsEqual($0) } ?? false
            }.map(\.path)
        )
        let earlier = (catalog.frameworks + [catalog.adopting].compactMap(\.self)).filter {
            $0.name == record.framework && record.template == nil
        }
        let templates = (earlier + [project.configuration.framework]).flatMap(\.files)
        known = Set(templates.map { Plan.withoutTemplateSuffix($0.path) })
        served = Set(
            [Site.staticName] + record.ownStaticFolders.map(\.folder)
                + project.configuration.ownStaticFolders.map(\.folder)
        )
    }

    /// Returns the names that paths can use, as they were in the project.
    private static func names(
        of record: ProjectRecord,
        for request: UpdateRequest,
        _ project: Project,
        _ catalog: Catalog
    ) -> [String: Mustache.Value] {
        let asItWas = UpdateRequest(folder: request.folder, template: request.template)
        if let configuration = try? asItWas.configuration(over: record, catalog),
            let before = try? Project(configuration)
        {
            return before.names
        }
        // The recorded answers are no longer valid, and the update gives others.
        var names = project.names
        if let name = try? ProjectName(recorded: record.name) {
            names["name"] = .string(name.folder)
            names["package"] = .string(name.package)
            names["module"] = .string(name.module)
            names["title"] = .string(name.title)
        }
        return names
    }

    /// Whether an entry is at the path that its template has in this project.
    func isProven(_ file: Baseline.File) -> Bool { proven.contains(file.path) }

    /// Whether an entry may move or be removed, if what the file has in it agrees.
    func isOurs(_ file: Baseline.File) -> Bool { isProven(file) && !isSecret(file.path) }

    /// Divides a baseline into what an update can use, and the paths of files that are not pa-new's.
    ///
    /// What an entry says about a file that stays at its path moves and removes nothing.
    ///
    /// - Parameters:
    ///   - base: The baseline.
    ///   - paths: The paths of today's files.
    ///   - current: The files of the project as they are now.
    /// - Returns: The entries to use, and the paths of the others at which there is a file.
    func split(
        _ base: Baseline,
        _ paths: Set<String>,
        _ current: [String: CurrentFile]
    ) -> (ours: Baseline, strange: [String]) {
        let strange = base.files.filter { !paths.contains($0.path) && !isOurs($0) }.map(\.path)
        let left = Set(strange)
        let ours = Baseline(base.files.filter { !left.contains($0.path) })
        return (ours, strange.filter { current[$0] != nil })
    }

    /// Whether a file that is as the entry says is certainly the one that pa-new made.
    ///
    /// One in a hidden folder, such as a cache, can be anybody's: its contents are the same everywhere. An empty file
    /// has nothing to lose.
    func isCertain(_ file: Baseline.File) -> Bool {
        if known.contains(Plan.withoutTemplateSuffix(file.template)) { return true }
        return !parents(of: "/" + file.path).contains { $0.holds("/.") }
    }

    /// Whether a web server shows a path to everybody.
    func isServed(_ path: String) -> Bool {
        let path = foldedName(path)
        return served.contains { isPath(path, below: foldedName($0)) }
    }
}

extension Baseline.Contents {
    /// Whether a file has at least half of these lines, so that it is this file with edits.
    ///
    /// - Parameters:
    ///   - contents: The contents of the file.
    ///   - isStrict: Whether it has to be more than half, both of these lines and of the file's.
    /// - Returns: Whether that is so. Of contents that are not text, each byte counts.
    func isMost(of contents: FileContents, isStrict: Bool) -> Bool {
        if isSame(as: contents) { return true }
        guard case .text(let text) = self, isMergeable(text), let bytes = contents.inMemory,
            isMergeable(bytes)
        else { return false }
        func says(_ line: ArraySlice<UInt8>) -> Bool { line.contains { $0 > UInt8(ascii: " ") } }
        let (old, new) = (Lines(text), Lines(bytes))
        let shared = zip(old.lines, matches(old, new)).count { says($0) && $1 != nil }
        let total = old.lines.count(where: says)
        if isStrict { return shared * 2 > max(total, new.lines.count(where: says)) }
        return shared > 0 && shared * 2 >= total
    }
}
