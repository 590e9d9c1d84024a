% rebase("layout", title="Hello, " + name if name else "Who are you?")
<form action="{{root}}profile" method="post">
  <input type="hidden" name="token" value="{{token}}">
  <label>Your name: <input name="name" value="{{name}}" maxlength="{{max_name}}" required></label>
  <button>Save</button>
</form>
<form action="{{root}}file" method="post" enctype="multipart/form-data">
  <input type="hidden" name="token" value="{{token}}">
  <label>A file of yours: <input type="file" name="file" required></label>
  <button>Upload</button>
</form>
% if file:
<p><a href="{{root}}file">Download your file</a></p>
% end
