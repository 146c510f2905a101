#pragma once

#include "CudaPreamble.h"
#include "KernelPrograms.h"
#include <algorithm>
#include <dlfcn.h>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

/** What the assembler reports about a kernel. Memory is in bytes; spills are a thread's. */
struct KernelResources {
    std::string kernel;
    int registers = 0, sharedMemory = 0, spillStores = 0, spillLoads = 0;
};

/**
 * NVIDIA's run-time compiler, which OpenMM's CUDA platform compiles kernels with. It needs no GPU and no driver, only
 * its own library: a CUDA toolkit or the pip package nvidia-cuda-nvrtc has it. Found by the build, opened here.
 */
class CudaCompiler {
public:
    /** @param library  path of libnvrtc.so */
    explicit CudaCompiler(const std::string& library) : handle(dlopen(library.c_str(), RTLD_NOW | RTLD_NODELETE)) {
        if (handle == nullptr)
            throw std::runtime_error(std::string("CudaCompiler: ") + dlerror());
    }
    ~CudaCompiler() { dlclose(handle); }
    CudaCompiler(const CudaCompiler&) = delete;
    CudaCompiler& operator=(const CudaCompiler&) = delete;

    /** Compute capabilities times ten, as 90 for sm_90. */
    std::vector<int> getArchitectures() const {
        int count = 0;
        check(function<int(int*)>("nvrtcGetNumSupportedArchs")(&count), "nvrtcGetNumSupportedArchs");
        std::vector<int> result(count);
        check(function<int(int*)>("nvrtcGetSupportedArchs")(result.data()), "nvrtcGetSupportedArchs");
        return result;
    }

    /** Compile down to machine code of an architecture, with the options of OpenMM's CUDA platform. */
    std::vector<KernelResources> compile(const OpenMMOscillators::KernelProgram& program, const std::string& precision,
                                         int architecture) const {
        const std::string source = cudaPreamble(precision, program.defines) + program.source;
        const std::string target = "-arch=sm_" + std::to_string(architecture);
        const std::vector<const char*> options = {target.c_str(), "--use_fast_math", "--ptxas-options=-v"};
        void* compilation = nullptr;
        check(function<int(void**, const char*, const char*, int, const char* const*, const char* const*)>(
                  "nvrtcCreateProgram")(&compilation, source.c_str(), nullptr, 0, nullptr, nullptr),
              "nvrtcCreateProgram");
        const int status = function<int(void*, int, const char* const*)>("nvrtcCompileProgram")(
            compilation, static_cast<int>(options.size()), options.data());
        const std::string log = readLog(compilation);
        function<int(void**)>("nvrtcDestroyProgram")(&compilation);
        if (status != 0)
            throw std::runtime_error("CudaCompiler: " + target + ", " + precision + " precision: " + log);
        return readResources(log);
    }

private:
    template <typename Signature>
    Signature* function(const char* name) const {
        void* symbol = dlsym(handle, name);
        if (symbol == nullptr)
            throw std::runtime_error(std::string("CudaCompiler: the library has no function ") + name);
        return reinterpret_cast<Signature*>(symbol);
    }

    static void check(int status, const std::string& call) {
        if (status != 0)
            throw std::runtime_error("CudaCompiler: " + call + " returned " + std::to_string(status) + ", expected 0");
    }

    std::string readLog(void* compilation) const {
        std::size_t size = 0;
        check(function<int(void*, std::size_t*)>("nvrtcGetProgramLogSize")(compilation, &size),
              "nvrtcGetProgramLogSize");
        std::string log(std::max<std::size_t>(size, 1), '\0');
        check(function<int(void*, char*)>("nvrtcGetProgramLog")(compilation, log.data()), "nvrtcGetProgramLog");
        return log;
    }

    /** Of the lines that ptxas writes: "Compiling entry function ...", "... spill stores ...", "Used ... registers
     * ...". */
    static std::vector<KernelResources> readResources(const std::string& log) {
        static const std::regex item("entry function '(\\w+)'|(\\d+) bytes spill stores|(\\d+) bytes spill loads|"
                                     "Used (\\d+) registers|(\\d+) bytes smem");
        std::vector<KernelResources> result;
        for (std::sregex_iterator match(log.begin(), log.end(), item), end; match != end; ++match) {
            if ((*match)[1].matched)
                result.push_back({(*match)[1], 0, 0, 0, 0});
            if (result.empty())
                continue;
            int* const fields[] = {&result.back().spillStores, &result.back().spillLoads, &result.back().registers,
                                   &result.back().sharedMemory};
            for (int f = 0; f < 4; ++f)
                if ((*match)[f + 2].matched)
                    *fields[f] = std::stoi((*match)[f + 2]);
        }
        return result;
    }

    void* handle;
};
