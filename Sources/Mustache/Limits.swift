// What a rendering may use before it fails.

extension Mustache {
    /// What one rendering may use before it fails.
    public struct Limits: Sendable, Hashable {
        /// How deep sections, partials, parents, blocks, and lambdas may lie in each other.
        public var depth: Int

        /// How many bytes of UTF-8 the result may have.
        public var outputBytes: Int

        /// How many times a section, partial, parent, block, or lambda may be entered.
        ///
        /// This ends what is neither deep nor writes anything, such as partials that each include
        /// the next one twice.
        public var expansions: Int

        /// Makes a set of limits; each default is far above what a real template needs.
        ///
        /// - Parameters:
        ///   - depth: How deep parts of templates may lie in each other.
        ///   - outputBytes: How many bytes of UTF-8 the result may have.
        ///   - expansions: How many times a part of a template may be entered.
        public init(
            depth: Int = 256,
            outputBytes: Int = 64 * 1024 * 1024,
            expansions: Int = 10_000_000
        ) {
            self.depth = depth
            self.outputBytes = outputBytes
            self.expansions = expansions
        }
    }
}
