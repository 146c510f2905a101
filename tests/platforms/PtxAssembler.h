#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

/** What NVIDIA's assembler reports about a kernel. Memory is in bytes; spills are a thread's. */
struct KernelResources {
    std::string kernel;
    int registers = 0, sharedMemory = 0, spillStores = 0, spillLoads = 0;
};

/** Of the lines that ptxas writes: "entry function ...", "... spill stores ...", "Used ... registers ...". */
inline std::vector<KernelResources> readResources(const std::string& log) {
    static const std::regex item("entry function '(\\w+)'|(\\d+) bytes spill stores|(\\d+) bytes spill loads|"
                                 "Used (\\d+) registers|(\\d+) bytes smem");
    std::vector<KernelResources> result;
    for (std::sregex_iterator match(log.begin(), log.end(), item), end; match != end; ++match) {
        if ((*match)[1].matched)
            result.push_back({(*match)[1], 0, 0, 0, 0});
        if (result.empty())
            continue;
        KernelResources& kernel = result.back();
        int* const fields[] = {&kernel.spillStores, &kernel.spillLoads, &kernel.registers, &kernel.sharedMemory};
        for (int f = 0; f < 4; ++f)
            if ((*match)[f + 2].matched)
                *fields[f] = std::stoi((*match)[f + 2]);
    }
    return result;
}

/**
 * Turns the PTX of a file into machine code, as the driver does, and tells what its kernels need. A kernel is named
 * more than once if it is so in the assembler's report; the last one counts.
 * @param assembler     path of ptxas
 * @param architecture  compute capability times ten, as 90 for sm_90
 */
inline std::vector<KernelResources> assemble(const std::string& assembler, const std::filesystem::path& ptx,
                                             int architecture) {
    const std::string command =
        "'" + assembler + "' -v -arch=sm_" + std::to_string(architecture) + " -o /dev/null '" + ptx.string() + "' 2>&1";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr)
        throw std::runtime_error("assemble: cannot run " + command);
    std::string log;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr)
        log += buffer.data();
    if (pclose(pipe) != 0)
        throw std::runtime_error("assemble: " + command + " failed: " + log);
    return readResources(log);
}
