#pragma once

#include <map>
#include <string>

/**
 * What OpenMM's CUDA platform puts before a kernel's source, as far as our kernels use it: the types of a precision,
 * the names of mathematical functions, and the macros of the common platform.
 */
inline std::string cudaPreamble(const std::string& precision, const std::map<std::string, std::string>& defines) {
    const bool isDouble = precision == "double", mixedIsDouble = precision != "single";
    std::string text = R"(
#define KERNEL extern "C" __global__
#define DEVICE __device__
#define LOCAL __shared__
#define LOCAL_ARG
#define GLOBAL
#define RESTRICT __restrict__
#define LOCAL_ID threadIdx.x
#define LOCAL_SIZE blockDim.x
#define GLOBAL_ID (blockIdx.x*blockDim.x+threadIdx.x)
#define GLOBAL_SIZE (blockDim.x*gridDim.x)
#define GROUP_ID blockIdx.x
#define NUM_GROUPS gridDim.x
#define SYNC_THREADS __syncthreads();
#define ATOMIC_ADD(dest, value) atomicAdd(dest, value)
typedef long long mm_long;
typedef unsigned long long mm_ulong;
)";
    const auto defineTypes = [&](const std::string& name, const std::string& type) {
        text += "typedef " + type + " " + name + ";\n";
        for (const char* size : {"2", "4"}) {
            text += "typedef " + type + size + " " + name + size + ";\n";
            text += "#define make_" + name + size + " make_" + type + size + "\n";
        }
    };
    defineTypes("real", isDouble ? "double" : "float");
    defineTypes("mixed", mixedIsDouble ? "double" : "float");
    if (isDouble)
        text += "#define USE_DOUBLE_PRECISION 1\n";
    else if (mixedIsDouble)
        text += "#define USE_MIXED_PRECISION 1\n";
    const std::string suffix = isDouble ? "" : "f";
    text += "#define SQRT sqrt" + suffix + "\n#define LOG log" + suffix + "\n#define COS cos" + suffix +
            "\n#define SIN sin" + suffix + "\n";
    text += "DEVICE inline long long realToFixedPoint(real x) { return static_cast<long long>(x*0x100000000); }\n";
    for (const auto& [name, value] : defines)
        text += "#define " + name + " " + value + "\n";
    return text;
}
