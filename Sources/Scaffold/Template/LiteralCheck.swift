// Finds answers that can break the code in which a template writes them.

import Mustache
import ProjectFiles

/// Returns the warnings about free texts in code, and about literals in quotation marks.
///
/// - Parameter template: The template.
/// - Returns: The findings, in any order.
func literalFindings(in template: Framework) -> [TemplateFinding] {
    var check = LiteralCheck(template)
    for file in template.files where file.path.hasSuffix(Plan.templateSuffix) {
        let path = check.usualPath(Plan.withoutTemplateSuffix(file.path))
        check.look(at: file, path: file.path, language: LiteralLanguage(ofFile: path))
    }
    let additions = template.manifest.additions.values.flatMap(\.pieces)
    for file in template.additions {
        let path = additions.first { $0.source == file.path }?.file
        check.look(
            at: file,
            path: TemplateFolder.additionsFolder + "/" + file.path,
            language: path.flatMap(LiteralLanguage.init(ofFile:))
        )
    }
    return Array(check.findings)
}

struct LiteralCheck {
    private let questions: [String: Question]
    private let names: TemplateNames
    private let partials: [String: TemplateFile]
    /// Each finding once, although several files can include the same partial.
    private(set) var findings: Set<TemplateFinding> = []
    /// The partials that were looked at, with the languages of the files that include them.
    private var seen: Set<Visit> = []

    private struct Visit: Hashable {
        let partial: String
        let language: LiteralLanguage?
    }

    init(_ template: Framework) {
        questions = Dictionary(template.manifest.questions.map { ($0.key, $0) }) { first, _ in first
        }
        names = TemplateNames(template.manifest.questions)
        partials = Dictionary(
            template.partials.map { (Plan.withoutTemplateSuffix($0.path), $0) }
        ) { first, _ in first }
    }

    /// Returns a path with the default answers in it.
    func usualPath(_ path: String) -> String {
        questions.values.reduce(path) { path, question in
            guard case .text(let text)? = question.defaultAnswer else { return path }
            return path.replacing(each: "{{\(question.key)}}", by: text)
        }
    }

    /// Looks at a file, and at the partials that it includes.
    mutating func look(at file: TemplateFile, path: String, language: LiteralLanguage?) {
        var open = [(file: file, path: path)]
        while let (file, path) = open.popLast() {
            guard case .text(let text) = file.contents,
                let template = Mustache.diagnose(text, path: path).template
            else { continue }
            var lines: [Substring]?
            for reference in template.references {
                switch reference.kind {
                case .partial, .parent, .dynamicPartial, .dynamicParent:
                    for name in names.choices(of: reference.name) ?? [reference.name] {
                        let visit = Visit(partial: name, language: language)
                        guard let partial = partials[name], seen.insert(visit).inserted else {
                            continue
                        }
                        let folder = TemplateFolder.partialsFolder + "/"
                        open.append((partial, folder + partial.path))
                    }
                case .variable:
                    guard let problem = problem(with: reference.name, language) else { continue }
                    let all = lines ?? text.split(separator: "\n", omittingEmptySubsequences: false)
                    lines = all
                    let place = reference.location
                    if isWrong(problem, in: all[place.line - 1], column: place.column, language) {
                        findings.insert(TemplateFinding(place, problem))
                    }
                case .section, .invertedSection, .block: continue
                }
            }
        }
    }

    /// Returns what can be wrong with a name, whatever is around it.
    private func problem(with name: String, _ language: LiteralLanguage?) -> TemplateProblem? {
        if let literal = names.literal(name) {
            return literal.language == .html ? nil : .literalInQuotes(name)
        }
        guard let language, let question = questions[name] else { return nil }
        return hasMarks(question, language) || language == .yaml && question.canBeYAML
            ? .rawText(name, language) : nil
    }

    /// Whether an answer can have characters with a meaning of their own in the language.
    private func hasMarks(_ question: Question, _ language: LiteralLanguage) -> Bool {
        language.marks.unicodeScalars.contains(where: question.canHave)
    }

    /// Returns whether a name is wrong in its line.
    private func isWrong(
        _ problem: TemplateProblem,
        in line: Substring,
        column: Int,
        _ language: LiteralLanguage?
    ) -> Bool {
        switch problem {
        case .literalInQuotes: return isInQuotes(line, column: column)
        case .rawText(let name, .yaml):
            let isWord = questions[name].map { !hasMarks($0, .yaml) } ?? false
            return !isComment(line, .yaml) && !(isWord && isInQuotes(line, column: column))
        default:
            // An answer has no line ends, so it cannot leave a comment.
            return !isComment(line, language)
        }
    }

    /// Whether a line is a comment.
    private func isComment(_ line: Substring, _ language: LiteralLanguage?) -> Bool {
        guard let mark = language?.commentMark else { return false }
        return line.first { $0 != " " && $0 != "\t" } == mark
    }

    /// Whether a tag has the same quotation mark on both sides.
    private func isInQuotes(_ line: Substring, column: Int) -> Bool {
        let scalars = Array(line.unicodeScalars)
        var start = min(column - 1, scalars.count)
        while start > 0, scalars[start - 1] != "{" { start -= 1 }
        while start > 0, scalars[start - 1] == "{" { start -= 1 }
        var end = min(column - 1, scalars.count)
        while end < scalars.count, scalars[end] != "}" { end += 1 }
        while end < scalars.count, scalars[end] == "}" { end += 1 }
        guard start > 0, end < scalars.count else { return false }
        return scalars[end] == scalars[start - 1] && "\"'".unicodeScalars.contains(scalars[end])
    }
}
