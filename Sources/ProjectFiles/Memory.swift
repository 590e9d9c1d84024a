// How the C library keeps memory that is no longer used.

#if canImport(Glibc)
    import Glibc

    @_extern(c, "mallopt")
    private func setOption(_ option: Int32, _ value: Int32) -> Int32
#endif

/// Lets the C library give large memory back to the system when it is no longer used, and keep little in reserve: a
/// tenth less memory for large templates.
package func giveMemoryBack() {
    #if canImport(Glibc)
        // The names of <malloc.h>, which Swift's module of the library does not have.
        let (trimThreshold, mapThreshold, mostArenas): (Int32, Int32, Int32) = (-1, -3, -8)
        let large: Int32 = 256 << 10
        _ = setOption(trimThreshold, large)
        _ = setOption(mapThreshold, large)
        // With a heap for each thread, what one of them has freed is of no use to the others.
        _ = setOption(mostArenas, 1)
    #endif
}
