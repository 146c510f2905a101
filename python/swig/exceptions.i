// Every C++ exception becomes openmm.OpenMMException, with its message; those of Python code called from C++ pass unchanged.
%{
#include "PythonMonitor.h"

static PyObject* getOpenMMException() {
    static PyObject* type = nullptr;
    if (type == nullptr) {
        PyObject* openmm = PyImport_ImportModule("openmm");
        if (openmm == nullptr)
            return nullptr;
        type = PyObject_GetAttrString(openmm, "OpenMMException");
        Py_DECREF(openmm);
    }
    return type;
}
%}

%exception {
    try {
        $action
    } catch (const PythonExceptionSet&) {
        SWIG_fail;
    } catch (const std::exception& error) {
        PyObject* type = getOpenMMException();
        if (type != nullptr)
            PyErr_SetString(type, error.what());
        SWIG_fail;
    }
}
