// Structures of settings take them by name, as LearningOptions(ridge=0.1), and refuse names that they do not have.
%define %settings(TYPE)
%pythonnondynamic OpenMMOscillators::TYPE;
%feature("shadow") OpenMMOscillators::TYPE::TYPE() %{
    def __init__(self, **settings):
        _oscillators.TYPE##_swiginit(self, $action())
        for name, value in settings.items():
            if not isinstance(getattr(TYPE, name, None), property):
                raise TypeError(f"TYPE has no setting '{name}'")
            setattr(self, name, value)
%}
%enddef

// Settings within others are part of their memory, and keep them alive in Python.
%pythoncode %{
def _keep_owner(owner, name):
    setting = getattr(owner, name)

    def get(self):
        value = setting.fget(self)
        object.__setattr__(value, "_owner", self)
        return value

    type.__setattr__(owner, name, property(get, setting.fset, doc=setting.__doc__))
%}
%define %settings_within(TYPE, NAME)
%pythoncode %{
_keep_owner(TYPE, "NAME")
%}
%enddef
