// Finds everything that is wrong with a template folder without making a project: `pa-new template check`.

import JSON
import Mustache
import ProjectFiles

/// The result of checking a template folder.
public struct TemplateCheck: Sendable {
    /// The template, as far as it is valid.
    public let template: Framework
    /// The findings, sorted by file, line and column.
    public let findings: [TemplateFinding]

    /// Checks a template folder.
    ///
    /// - Parameter folder: The contents of the folder.
    public init(_ folder: TemplateFolder) {
        var reader = ManifestReader(.own(name: folder.name))
        let manifest = reader.read(folder.manifest ?? Array("{}".utf8))
        let prefix = TemplateFolder.partialsFolder + "/"
        let additions = TemplateFolder.additionsFolder + "/"
        template = Framework(
            folder: folder.name,
            Framework.Parts(
                manifest,
                files: folder.files.filter {
                    !$0.path.hasPrefix(prefix) && !$0.path.hasPrefix(additions)
                },
                additions: folder.files.below(additions).map { file in
                    TemplateFile(path: file.path, contents: Self.text(file.contents))
                },
                partials: folder.files.below(prefix).map { file in
                    TemplateFile(path: file.path, contents: Self.text(file.contents))
                }
            ),
            digests: folder.digests,
            origin: folder.origin
        )
        var checker = Checker(template: template, reader: reader)
        checker.findings = folder.findings
        checker.checkManifest(folder)
        // Without the questions and rules of the manifest, most of what else is found would be false.
        if folder.manifest != nil, !checker.isBlind {
            checker.checkPaths()
            checker.checkAdditions()
            checker.checkTemplates()
            checker.findings += literalFindings(in: template) + usualPathFindings(in: template)
        }
        checker.placeManifestFindings()
        findings = checker.sorted()
    }

    /// Returns the contents of a partial, which is text even without the ending of a template.
    private static func text(_ contents: TemplateFile.Contents) -> TemplateFile.Contents {
        guard case .bytes(let bytes) = contents else { return contents }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.utf8.elementsEqual(bytes) ? .text(text) : contents
    }
}

/// Collects the findings.
struct Checker {
    let template: Framework
    let reader: ManifestReader
    var findings: [TemplateFinding] = []

    /// Findings in the manifest, by offset; their locations are computed at the end, in one pass.
    private var inManifest: [(offset: Int, problem: TemplateProblem)] = []
    private let names: TemplateNames
    /// Further names, in the templates of additions alone.
    private var namesOfAddition: Set<String> = []
    /// The partials, by the names that include them.
    private let partials: [String: TemplateFile]
    /// The questions and partials that some template or rule uses.
    private var used: Set<String> = []
    private var included: Set<String> = []
    /// The partials that each partial can include, with the location.
    var includes: [String: [Inclusion]] = [:]
    /// What each file can include.
    var inclusions: [String: [Inclusion]] = [:]
    /// How deep the sections of each partial are nested.
    var depths: [String: Int] = [:]
    /// The number of suggestions still allowed: each one compares the word with every name.
    private var hints = 50

    init(template: Framework, reader: ManifestReader) {
        self.template = template
        self.reader = reader
        names = TemplateNames(template.manifest.questions)
        partials = Dictionary(
            template.partials.map { (Plan.withoutTemplateSuffix($0.path), $0) }
        ) { first, _ in first }
    }

    func sorted() -> [TemplateFinding] {
        findings.enumerated().sorted { first, second in
            let (left, right) = (first.element, second.element)
            if left.path != right.path { return left.path < right.path }
            return (left.line ?? 0, left.column ?? 0, first.offset)
                < (right.line ?? 0, right.column ?? 0, second.offset)
        }.map(\.element)
    }

    // MARK: - The manifest

    mutating func checkManifest(_ folder: TemplateFolder) {
        guard let bytes = folder.manifest else {
            findings.append(
                TemplateFinding(path: Manifest.fileName, problem: folder.missingManifest)
            )
            return
        }
        inManifest = reader.problems
        var places: Set<String> = []
        for file in template.files {
            places.insert(file.path)
            places.formUnion(parents(of: file.path))
        }
        for (path, offset) in reader.ruleOffsets where !places.contains(path) {
            let near = hint(path, in: places)
            inManifest.append((offset, .unknownFile(path, nearest: near)))
        }
        for condition in template.manifest.rules.values { use(condition) }
        for question in template.manifest.questions { use(question.condition) }
        for step in template.manifest.hostSteps { use(step.condition) }
        for folder in template.manifest.staticFolders { use(folder.condition) }
        findings += template.staticFolderFindings
        let commands = Array(zip(template.manifest.commands, reader.commandOffsets))
        for (text, offset) in commands + reader.hostStepTexts + reader.noticeTexts {
            inManifest += problems(inCommand: text).map { (offset, $0) }
        }
        for (path, offset) in zip(template.manifest.uploads, reader.uploadOffsets) {
            inManifest += problems(inPath: path).map { (offset, $0) }
        }
        finder = Mustache.LocationFinder(path: Manifest.fileName, source: bytes)
    }

    private var finder: Mustache.LocationFinder?

    private mutating func use(_ condition: Condition) { condition.terms.forEach { use($0.name) } }

    private mutating func use(_ name: String) { used.insert(names.question(of: name) ?? name) }

    // MARK: - Paths

    mutating func checkPaths() {
        // Many file systems treat `A` and `a` as the same name, and some the two ways to write `é`.
        var numbers = PathNumbers()
        var takenBy: [Int: [(part: PathNumbers.Part, condition: Condition)]] = [:]
        for name in [ProjectRecord.fileName, Baseline.fileName] {
            for part in numbers.parts(of: name) {
                takenBy[part.folded] = [(part, Condition(terms: []))]
            }
        }
        for file in template.files {
            let path = Plan.withoutTemplateSuffix(file.path)
            findings += problems(inPath: path).map { TemplateFinding(path: file.path, problem: $0) }
            checkNames(in: path, of: file)
            let condition = template.manifest.condition(for: file.path)
            for part in numbers.parts(of: path) {
                let others = takenBy[part.folded] ?? []
                // A folder exists if one of its files does. With many conditions, treat it as always there.
                let rule = part.isFolder && others.count > 50 ? Condition(terms: []) : condition
                let isKnown = others.contains {
                    part.isSameFolder(as: $0.part)
                        && ($0.condition.terms.isEmpty || $0.condition == rule)
                }
                if isKnown { continue }
                if let other = others.first(where: {
                    !part.isSameFolder(as: $0.part) && !$0.condition.excludes(rule)
                }) {
                    let problem = PathProblem.taken(by: other.part.path)
                    findings.append(TemplateFinding(path: file.path, problem: .path(problem)))
                    break
                }
                takenBy[part.folded, default: []].append((part, rule))
            }
        }
    }

    /// Checks the names of a file and of the folders above it.
    private mutating func checkNames(in path: String, of file: TemplateFile) {
        let segments = segments(of: path)
        // Of a path that is too long, the names do not matter.
        let isTooLong = segments.count > maxPathNames || path.utf8.count > maxPathBytes
        for text in isTooLong ? [Substring(path)] : segments {
            if let problem = pathProblem(String(text)) {
                findings.append(TemplateFinding(path: file.path, problem: .path(problem)))
            } else if isUnknownToWindows(text) {
                let problem = TemplateProblem.notOnWindows(String(text))
                findings.append(TemplateFinding(path: file.path, problem: problem))
            }
        }
    }

    /// Returns the problems with the tags in a path.
    private mutating func problems(inPath path: String) -> [TemplateProblem] {
        // Most paths have no tags.
        if !path.utf8.contains(UInt8(ascii: "{")) { return [] }
        let (parsed, failures) = Mustache.diagnose(path, path: path)
        var problems = failures.map { TemplateProblem.mustache($0.kind) }
        for reference in parsed?.references ?? [] {
            let isText =
                reference.kind == .variable && !names.isStructure(reference.name)
                && names.literal(reference.name) == nil
            let problem = problem(with: reference, inside: [])
            if let problem = isText ? problem : .tagInPath(reference.name) {
                problems.append(problem)
            }
        }
        return problems
    }

    // MARK: - Templates

    mutating func checkTemplates() {
        let partialsFolder = TemplateFolder.partialsFolder + "/"
        for file in template.partials {
            let name = Plan.withoutTemplateSuffix(file.path)
            check(file, at: partialsFolder + file.path, partial: name)
        }
        for file in template.files where file.path.hasSuffix(Plan.templateSuffix) {
            check(file, at: file.path, partial: nil)
        }
        checkCycles()
        checkNesting()
        for file in template.partials
        where !included.contains(Plan.withoutTemplateSuffix(file.path)) {
            findings.append(
                TemplateFinding(path: partialsFolder + file.path, problem: .unusedPartial)
            )
        }
        for question in template.manifest.questions
        where !used.contains(question.key) && !Context.ownNames.contains(question.key) {
            if let offset = reader.questionOffsets[question.key] {
                inManifest.append((offset, .unusedQuestion(question.key)))
            }
        }
    }

    /// Whether the manifest cannot be read at all.
    var isBlind: Bool {
        findings.contains { $0.path == Manifest.fileName }
            || reader.problems.contains { if case .json = $0.problem { true } else { false } }
    }

    /// Adds the findings in the manifest.
    mutating func placeManifestFindings() {
        for (offset, problem) in inManifest.sorted(by: { $0.offset < $1.offset }) {
            guard let location = finder?.location(of: offset) else { continue }
            findings.append(TemplateFinding(location, problem))
        }
    }

    /// Checks the code that is added to existing projects, which has names of its own.
    mutating func checkAdditions() {
        namesOfAddition = Addition.names
        defer { namesOfAddition = [] }
        for piece in template.manifest.additions.values.flatMap(\.pieces) { use(piece.condition) }
        for (text, offset) in reader.additionTexts {
            inManifest += problems(inCommand: text).map { (offset, $0) }
        }
        let folder = TemplateFolder.additionsFolder + "/"
        let places = Set(template.additions.map { folder + $0.path })
        for (path, offset) in reader.additionSources where !places.contains(folder + path) {
            let near = hint(folder + path, in: places)
            inManifest.append((offset, .unknownFile(folder + path, nearest: near)))
        }
        let sources = Set(reader.additionSources.map(\.path))
        for file in template.additions {
            let place = folder + file.path
            check(file, at: place, partial: nil)
            if !sources.contains(file.path) {
                findings.append(TemplateFinding(path: place, problem: .unusedAddition))
            }
        }
    }

    private mutating func check(_ file: TemplateFile, at path: String, partial: String?) {
        let text: String
        switch file.contents {
        case .text(let contents): text = contents
        case .bytes(let bytes):
            let offset = firstByteThatIsNotUTF8(bytes) ?? 0
            var finder = Mustache.LocationFinder(path: path, source: bytes)
            findings.append(TemplateFinding(finder.location(of: offset), .notText))
            return
        // What is only copied can be anything.
        case .source: return
        }
        let (parsed, failures) = Mustache.diagnose(text, path: path)
        findings += failures.map { TemplateFinding($0.location, .mustache($0.kind)) }
        guard let parsed else { return }
        for (reference, sections) in parsed.referencesInSections {
            let problem = problem(with: reference, inside: partial == nil ? sections : nil)
            if let problem { findings.append(TemplateFinding(reference.location, problem)) }
            note(reference, names.choices(of: reference.name), sections.count, path, partial)
        }
    }

    /// Returns the problem with a name at its position.
    ///
    /// - Parameters:
    ///   - reference: The name.
    ///   - sections: The names of the sections around it; nil in a partial, which can be included
    ///     anywhere.
    /// - Returns: The problem, or nil.
    private mutating func problem(
        with reference: Mustache.Reference,
        inside sections: [String]?
    ) -> TemplateProblem? {
        switch reference.kind {
        case .block: return nil
        case .partial, .parent:
            included.insert(reference.name)
            if partials[reference.name] != nil { return nil }
            let near = hint(reference.name, in: partials.keys)
            return .mustache(.unknownPartial(reference.name, nearest: near))
        case .dynamicPartial, .dynamicParent:
            used.insert(reference.name)
            guard let words = names.choices(of: reference.name) else {
                return .dynamicName(reference.name)
            }
            included.formUnion(words)
            guard let word = words.first(where: { partials[$0] == nil }) else { return nil }
            return .mustache(.unknownPartial(word, nearest: hint(word, in: partials.keys)))
        case .variable, .section, .invertedSection:
            if let literal = names.literal(reference.name) {
                use(literal.name)
                // No section can depend on a literal, which is never false.
                return reference.kind == .variable
                    ? nil : .mustache(.unknownName(reference.name, nearest: literal.name))
            }
            use(reference.name)
            if reference.name == "." {
                // At the top of a template, the innermost value is the object of all names.
                return sections?.isEmpty ?? false ? .mustache(.notText(".")) : nil
            }
            if let list = names.list(of: reference.name) {
                guard let sections, !sections.contains(list) else { return nil }
                return .onlyInside(reference.name, list: list)
            }
            guard names.isKnown(reference.name) || namesOfAddition.contains(reference.name) else {
                let words = names.candidates(for: reference.name).union(namesOfAddition)
                let near = hint(reference.name, in: words)
                return .mustache(.unknownName(reference.name, nearest: near))
            }
            let isList = reference.kind == .variable && names.isStructure(reference.name)
            return isList ? .mustache(.notText(reference.name)) : nil
        }
    }

    /// Returns the problems with a command.
    private mutating func problems(inCommand text: String) -> [TemplateProblem] {
        let (parsed, failures) = Mustache.diagnose(text, path: Manifest.fileName)
        return failures.map { .mustache($0.kind) }
            + (parsed?.references ?? []).compactMap { problem(withCommand: $0) }
    }

    /// Returns the problem with a name in a command, which cannot use partials or the list of steps.
    private mutating func problem(
        withCommand reference: Mustache.Reference
    ) -> TemplateProblem? {
        switch reference.kind {
        case .partial, .parent, .dynamicPartial, .dynamicParent:
            return .mustache(.unknownPartial(reference.name, nearest: nil))
        case .variable, .section, .invertedSection, .block:
            // A literal is no word of a shell; what is added to code can have one, of course.
            if names.isStructure(reference.name) || names.list(of: reference.name) != nil
                || namesOfAddition.isEmpty && names.literal(reference.name) != nil
            {
                return .mustache(.unknownName(reference.name, nearest: nil))
            }
            return problem(with: reference, inside: [])
        }
    }

    /// Returns the nearest of some words, for a limited number of unknown words.
    private mutating func hint(_ word: String, in words: some Sequence<String>) -> String? {
        guard hints > 0 else { return nil }
        hints -= 1
        return nearest(to: word, in: words.sorted())
    }
}
