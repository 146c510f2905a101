// Every C++ exception becomes openmm.OpenMMException, with its message.
%{
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
    } catch (const std::exception& error) {
        PyObject* type = getOpenMMException();
        if (type != nullptr)
            PyErr_SetString(type, error.what());
        SWIG_fail;
    }
}
