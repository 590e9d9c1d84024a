// Finds files that no project can have with the default answers.

import ProjectFiles

/// Returns the findings about paths with the default answers in them.
///
/// - Parameter template: The template.
/// - Returns: The findings, in any order.
func usualPathFindings(in template: Framework) -> [TemplateFinding] {
    let check = LiteralCheck(template)
    return template.files.compactMap { file in
        let written = Plan.withoutTemplateSuffix(file.path)
        let path = check.usualPath(written)
        guard path != written else { return nil }
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        // An empty answer can mean that the file is left out.
        let isConditional = !template.manifest.condition(for: file.path).terms.isEmpty
        let problem = names.lazy.compactMap { pathProblem(String($0)) }.first {
            !(isConditional && $0 == .emptySegment)
        }
        return problem.map {
            TemplateFinding(path: file.path, problem: .usualPath(path, $0))
        }
    }
}
