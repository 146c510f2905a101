#pragma once

#include <fcntl.h>
#include <map>
#include <random>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

/**
 * What the disk would not hold yet if power failed now: changes of files since their last fsync(), and of names since
 * the last fsync() of their folder. lose() makes the files as they might be found afterwards.
 */
class UnsyncedChanges {
public:
    using File = std::pair<dev_t, ino_t>;

    static File identify(int descriptor) {
        struct stat status = {};
        ::fstat(descriptor, &status);
        return {status.st_dev, status.st_ino};
    }

    /** Before bytes are written. */
    void noteWrite(int descriptor, const void* bytes, std::size_t size, off_t place) {
        const char* first = static_cast<const char*>(bytes);
        for (std::size_t done = 0; done < size;) { // a disk writes sector by sector
            const off_t begin = place + static_cast<off_t>(done);
            const std::size_t count =
                std::min<std::size_t>(size - done, sector - static_cast<std::size_t>(begin % sector));
            noteChange(descriptor, begin, {first + done, first + done + count});
            done += count;
        }
    }

    /** Before the size changes. */
    void noteSize(int descriptor, off_t newSize) {
        Changes& changes = of(descriptor);
        const off_t size = sizeOf(changes.descriptor);
        const std::vector<char> lost =
            newSize < size ? read(changes.descriptor, newSize, size - newSize) : std::vector<char>();
        changes.list.push_back({newSize, size, newSize, lost, {}});
    }

    void noteSync(int descriptor) {
        struct stat status = {};
        ::fstat(descriptor, &status);
        if (S_ISDIR(status.st_mode))
            names.clear(); // the tests have one folder
        else
            of(descriptor).list.clear();
    }

    void noteCreation(const std::string& path) { names.push_back({"", path, ""}); }
    /** Before it happens. */
    void noteRename(const std::string& from, const std::string& to) { names.push_back({from, to, keep(to)}); }
    void noteRemoval(const std::string& path) { names.push_back({"", path, keep(path)}); }

    /** @param shadow  a folder beside the files' one, for files that lose their names */
    void begin(const std::string& shadow) { shadowFolder = shadow; }

    void lose(unsigned seed) {
        std::mt19937 random(seed);
        for (auto& [file, changes] : files)
            loseSome(changes, random);
        // A file system's own journal keeps the order of names.
        const std::size_t kept = random() % (names.size() + 1);
        for (std::size_t k = names.size(); k-- > kept;)
            undo(names[k]);
    }

private:
    static constexpr off_t sector = 512;

    /** Of a file: bytes at a place, or its size. */
    struct Change {
        off_t place, sizeBefore, sizeAfter;
        std::vector<char> before, after;
    };
    struct Changes {
        int descriptor;
        std::vector<Change> list;
    };
    /** Of a folder: a name made (from and backup are empty), exchanged or removed. */
    struct NameChange {
        std::string from, to, backup;
    };

    static off_t sizeOf(int descriptor) {
        struct stat status = {};
        ::fstat(descriptor, &status);
        return status.st_size;
    }

    static std::vector<char> read(int descriptor, off_t place, off_t size) {
        std::vector<char> bytes(static_cast<std::size_t>(size));
        const ssize_t count = ::pread(descriptor, bytes.data(), bytes.size(), place);
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }

    Changes& of(int descriptor) {
        const File file = identify(descriptor);
        const auto found = files.find(file);
        if (found != files.end())
            return found->second;
        // A descriptor of our own: theirs may be closed, or for writing alone.
        const int own = ::open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDWR | O_CLOEXEC);
        return files.emplace(file, Changes{own, {}}).first->second;
    }

    void noteChange(int descriptor, off_t place, std::vector<char> bytes) {
        Changes& changes = of(descriptor);
        const off_t size = sizeOf(changes.descriptor), end = place + static_cast<off_t>(bytes.size());
        std::vector<char> before = read(changes.descriptor, place, end - place);
        changes.list.push_back({place, size, std::max(size, end), std::move(before), std::move(bytes)});
    }

    static void loseSome(const Changes& changes, std::mt19937& random) {
        for (auto change = changes.list.rbegin(); change != changes.list.rend(); ++change) {
            (void)!::pwrite(changes.descriptor, change->before.data(), change->before.size(), change->place);
            (void)!::ftruncate(changes.descriptor, change->sizeBefore);
        }
        const unsigned percent = random() % 101;
        for (const Change& change : changes.list) {
            if (random() % 100 >= percent)
                continue;
            if (change.after.empty())
                (void)!::ftruncate(changes.descriptor, change.sizeAfter);
            else
                (void)!::pwrite(changes.descriptor, change.after.data(), change.after.size(), change.place);
        }
    }

    static void undo(const NameChange& change) {
        if (!change.from.empty())
            ::rename(change.to.c_str(), change.from.c_str());
        else if (change.backup.empty())
            ::unlink(change.to.c_str());
        if (!change.backup.empty())
            (void)!::link(change.backup.c_str(), change.to.c_str());
    }

    /** A second name of a file, if there is one. */
    std::string keep(const std::string& path) {
        const std::string backup = shadowFolder + "/" + std::to_string(++numBackups);
        return ::link(path.c_str(), backup.c_str()) == 0 ? backup : "";
    }

    std::map<File, Changes> files;
    std::vector<NameChange> names;
    std::string shadowFolder;
    int numBackups = 0;
};
