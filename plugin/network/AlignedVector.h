#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace OpenMMOscillators {

/** Strides of batches are multiples of this many samples: a cache line of float, two of double. */
constexpr std::size_t batchAlignment = 16;

/** The smallest multiple of batchAlignment that holds count samples. */
constexpr std::size_t batchStride(std::size_t count) {
    return (count + batchAlignment - 1) / batchAlignment * batchAlignment;
}

/** Allocates at cache-line (64-byte) boundaries, which the batch kernels need. */
template <typename T>
struct CacheLineAllocator {
    using value_type = T;
    static constexpr std::align_val_t alignment{64};
    CacheLineAllocator() = default;
    template <typename U>
    CacheLineAllocator(const CacheLineAllocator<U>& /*other*/) {}
    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment)); }
    void deallocate(T* p, std::size_t /*n*/) { ::operator delete(p, alignment); }
    template <typename U>
    bool operator==(const CacheLineAllocator<U>& /*other*/) const {
        return true;
    }
    template <typename U>
    bool operator!=(const CacheLineAllocator<U>& /*other*/) const {
        return false;
    }
};

template <typename T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

} // namespace OpenMMOscillators
