#pragma once

#include "openmmoscillators/learning/ProtocolLearner.h"
#include <Python.h>
#include <stdexcept>

/** Thrown where Python code that C++ called has raised an exception, which stays set. */
class PythonExceptionSet : public std::exception {
public:
    const char* what() const noexcept override { return "a Python exception"; }
};

/** Hands the progress of learning to a Python callable. Called without Python's lock, which it takes. */
class PythonMonitor : public OpenMMOscillators::LearningMonitor {
public:
    explicit PythonMonitor(PyObject* callable) : progress(callable) {}

    void sliceLearned(const OpenMMOscillators::SliceReport& slice, int numRemaining) override {
        const PyGILState_STATE state = PyGILState_Ensure();
        PyObject* result = PyObject_CallFunction(
            progress, "{s:d,s:i,s:d,s:O,s:i,s:d,s:d,s:d,s:d}i", "time", slice.time, "iterations", slice.iterations,
            "residual", slice.residual, "converged", slice.converged ? Py_True : Py_False, "at_bound", slice.numAtBound,
            "training_loss", slice.trainingLoss, "held_out_loss", slice.heldOutLoss, "confinement_radius",
            slice.confinementRadius, "seconds", slice.seconds, numRemaining);
        const bool failed = result == nullptr;
        Py_XDECREF(result);
        PyGILState_Release(state);
        if (failed)
            throw PythonExceptionSet();
    }

private:
    PyObject* progress; // borrowed: the caller's argument outlives the call
};
