#pragma once

#include <cstddef>

namespace OpenMMOscillators {

/**
 * A Markov process dX = f(X, t) dt + sqrt(2 D) dW with f = -grad U(X, t). For mass 1 Da and friction 1/ps the mobility
 * is 1, f is the force and D = kT: forces in kJ/(mol nm), potentials in kJ/mol.
 *
 * Everything works on batches x[dimension * stride + sample], 64-byte aligned with a stride that is a multiple of
 * batchAlignment, and may be called by several threads at once.
 */
class DiffusionProcess {
public:
    virtual ~DiffusionProcess() = default;

    virtual int getDimension() const = 0;
    /** D, hence kT. */
    virtual double getDiffusion() const = 0;
    virtual bool isTimeDependent() const = 0;
    /** force = f(x, time), laid out as x. */
    virtual void force(double time, const double* x, double* force, std::size_t count, std::size_t stride) const = 0;
    /** values[sample] = U(x, time). */
    virtual void potential(double time, const double* x, double* values, std::size_t count,
                           std::size_t stride) const = 0;
    /** values[sample] += factor (U(x, to) - U(x, from)): the work of moving the protocol at a fixed state. */
    virtual void addPotentialChange(double from, double to, double factor, const double* x, double* values,
                                    std::size_t count, std::size_t stride) const;
};

/**
 * The same process with its protocol run backwards: time t means start + end - t of the original. Its paths, started
 * where the original's end, are the backward paths of the fluctuation theorems. The original must outlive it.
 */
class TimeReversedProcess : public DiffusionProcess {
public:
    TimeReversedProcess(const DiffusionProcess& original, double startTime, double endTime)
        : process(original), sumOfTimes(startTime + endTime) {}
    int getDimension() const override { return process.getDimension(); }
    double getDiffusion() const override { return process.getDiffusion(); }
    bool isTimeDependent() const override { return process.isTimeDependent(); }
    void force(double time, const double* x, double* force, std::size_t count, std::size_t stride) const override;
    void potential(double time, const double* x, double* values, std::size_t count, std::size_t stride) const override;
    void addPotentialChange(double from, double to, double factor, const double* x, double* values, std::size_t count,
                            std::size_t stride) const override;

private:
    const DiffusionProcess& process;
    double sumOfTimes;
};

} // namespace OpenMMOscillators
